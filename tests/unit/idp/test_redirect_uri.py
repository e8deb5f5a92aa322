import pytest

from gatepost.idp.redirect_uri import check_redirect, check_web, matches, origin

REGISTERED = "http://127.0.0.1:8000/app/callback"


@pytest.mark.parametrize(
    ("registered", "given"),
    [
        (REGISTERED, REGISTERED),
        (REGISTERED, "http://127.0.0.1:49152/app/callback"),
        (REGISTERED, "http://127.0.0.1/app/callback"),
        ("http://localhost/cb?a=b", "http://localhost:1/cb?a=b"),
        ("http://[::1]:8000/cb", "http://[::1]:9000/cb"),
        ("https://localhost:8443/cb", "https://localhost:9443/cb"),
        ("com.example.app:/cb", "com.example.app:/cb"),
        ("https://rp.example/cb", "https://rp.example/cb"),
    ],
)
def test_equal_addresses_match_and_loopback_ones_whatever_their_port(
    registered: str, given: str
) -> None:
    assert matches(registered, given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://127.0.0.1:8000/app/callback/",
        "http://127.0.0.1:8000/app/callback?x=1",
        "http://127.0.0.1:8000/app/callback#x",
        "http://127.0.0.1:8000/app/../app/callback",
        "http://127.0.0.1:8000/APP/callback",
        "https://127.0.0.1:8000/app/callback",
        "http://localhost:8000/app/callback",
        "http://127.0.0.2:8000/app/callback",
        "http://127.0.0.1:8000@evil.example/app/callback",
        "http://127.0.0.1:8000:1/app/callback",
        "http://127.0.0.1:/app/callback",
        "http://127.0.0.1:99999/app/callback",
        "http://127.0.0.1.evil.example/app/callback",
        "http://evil.example/app/callback",
        "http://127.0.0.1:8000\\@evil.example/app/callback",
        "http://127.0.0.1:8000/app/callback\n",
        "HTTP://127.0.0.1:8000/app/callback",
        "http://127.0.0.1:٨٠٠٠/app/callback",
    ],
)
def test_nothing_else_matches(given: str) -> None:
    assert not matches(REGISTERED, given)


def test_beyond_this_machine_the_port_counts() -> None:
    assert not matches("https://rp.example/cb", "https://rp.example:8443/cb")


@pytest.mark.parametrize("uri", ["http://x/cb", "https://x:8443/cb?a=b", "http://[::1]/"])
def test_web_addresses_can_be_registered(uri: str) -> None:
    check_redirect(uri)
    check_web(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "", "/cb", "//x/cb", "x", "http:", "http:///cb", "http://x/#f", "http://x/cb#",
        "http://u@x/", "http://u:p@x/", "http://x /", "http://x/\n", "http://x/\\", "http://ä/",
        "http://x:99999/", "http://x:0/", "http://[x/", "ftp://x/", "javascript:alert(1)",
        "data:text/html,x", "com.example.app:/cb",
    ],
)  # fmt: skip
def test_anything_else_cannot(uri: str) -> None:
    with pytest.raises(ValueError, match="must be absolute"):
        check_redirect(uri)


def test_a_native_application_may_use_a_reversed_domain_name_as_its_scheme() -> None:
    check_redirect("com.example.app:/cb", native=True)
    check_redirect("http://127.0.0.1/cb", native=True)
    for uri in ("com.example.app:/cb#f", "com.example.app:/ä", "javascript:x", "app:/cb"):
        with pytest.raises(ValueError, match="URI"):
            check_redirect(uri, native=True)


def test_the_origin_is_scheme_host_and_port() -> None:
    assert origin("http://127.0.0.1:8000/a?b") == "http://127.0.0.1:8000"
    assert origin("https://rp.example/") == "https://rp.example"
