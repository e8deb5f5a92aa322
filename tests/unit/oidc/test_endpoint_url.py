import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc.endpoint_url import insecure, problem


@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example",
        "http://127.0.0.1:8180/oauth2/default/v1/token",
        "https://[::1]:8443/x?policy=b2c",
        "HTTPS://ISSUER.example/",
    ],
)
def test_an_absolute_address_is_good(url: str) -> None:
    assert problem(url) is None


@pytest.mark.parametrize(
    "url",
    ["", "issuer.example", "/token", "//issuer.example/x", "ftp://issuer.example", "file:///etc/x",
     "gopher://x", "https://", "https:///x", "https://good@evil.example", "https://a:b@evil.example",
     "https://x/#f", "https://x/#", "https://x /", "https://x\n/", "https://x\\@evil/", "https://[::1",
     "https://x:99999/", "https://x:y/", "https://ex\u0430mple/", "javascript:alert(1)", "\x00https://x"],
)  # fmt: skip
def test_anything_else_has_a_problem(url: str) -> None:
    assert problem(url)


def test_only_https_is_secure() -> None:
    assert not insecure("HTTPS://x")
    assert insecure("http://x")


@given(st.text(max_size=60) | st.text(max_size=40).map("https://".__add__))
def test_every_text_gets_an_answer(url: str) -> None:
    assert problem(url) is None or isinstance(problem(url), str)
