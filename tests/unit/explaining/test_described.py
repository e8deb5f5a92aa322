import pytest

from gatepost.explaining import Described
from gatepost.values import Fault


def test_what_a_client_would_add_to_a_body_is_added() -> None:
    one = Described.of("http://h/", None, [], b"a=b")
    assert (one.method, one.headers.get("content-length")) == ("POST", "3")
    assert one.headers.get("content-type") == "application/x-www-form-urlencoded"
    told = Described.of("http://h/", "PUT", [("content-type", "text/plain")], b"a")
    assert (told.method, told.headers.all("content-type")) == ("PUT", ("text/plain",))
    assert "a=b" not in repr(one)


def test_it_is_seen_as_the_engine_would() -> None:
    seen = Described.of("https://API.example.:8443/a/./b?c=d", None, [], b"").request()
    assert (seen.scheme, seen.host, seen.port) == ("https", "api.example", 8443)
    assert (seen.path, seen.args, seen.method) == ("/a/b", "c=d", "GET")


@pytest.mark.parametrize(
    ("url", "method", "headers", "address"),
    [
        ("ftp://h/", None, [], "127.0.0.1"),
        ("http://", None, [], "127.0.0.1"),
        ("http://h:x/", None, [], "127.0.0.1"),
        ("http://h/%zz", None, [], "127.0.0.1"),
        ("http://h/", "a b", [], "127.0.0.1"),
        ("http://h/", None, [("a b", "c")], "127.0.0.1"),
        ("http://h/", None, [("a", "b\n")], "127.0.0.1"),
        ("http://h/", None, [], "here"),
    ],
)
def test_what_nobody_could_send_is_a_fault(
    url: str, method: str | None, headers: list[tuple[str, str]], address: str
) -> None:
    with pytest.raises(Fault, match=r"explain\.malformed"):
        Described.of(url, method, headers, b"", address).request()
