from typing import Any

import pytest

from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.login.place import origin, own_path, own_target
from gatepost.values import Fault, Headers


def request(**told: Any) -> Request:
    headers = Headers([(n.replace("_", "-"), v) for n, v in told.pop("headers", {}).items()])
    return Request({}, HttpRequest(headers=headers, **told).context())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"headers": {"host": "shop.example"}}, "http://shop.example"),
        ({"headers": {"host": "Shop.Example:8000"}}, "http://shop.example:8000"),
        ({"headers": {"host": "shop.example:80"}}, "http://shop.example"),
        ({"headers": {"host": "shop.example:443"}, "scheme": "https"}, "https://shop.example"),
        ({"headers": {"host": "[::1]:8000"}}, "http://[::1]:8000"),
    ],
)
def test_the_origin_is_what_the_browser_asked_for(told: dict[str, Any], expected: str) -> None:
    assert origin(request(**told)) == expected


def test_a_trusted_proxy_says_what_the_browser_asked_for_and_nobody_else_does() -> None:
    headers = {"host": "inside", "x-forwarded-host": "shop.example", "x-forwarded-port": "8443"}
    assert origin(request(headers=headers)) == "http://inside"
    told = request(headers=headers, scheme="https", trusted=True)
    assert origin(told) == "https://shop.example:8443"
    bad = {**headers, "x-forwarded-host": "evil.example/@", "x-forwarded-port": "x"}
    assert origin(request(headers=bad, trusted=True)) == "http://inside"


@pytest.mark.parametrize("host", ["", "a b", "a/b", "a@b", "a\\b", "a:b", "a?b", "é", "a:123456"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(Fault, match="not the name of a host"):
        origin(request(headers={"host": host}))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/page", "/page"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/\xc3\xa9", "/%C3%A9"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("evil", "/"),
        ("/a?b", "/a%3Fb"),
        ("/" + "x" * 2000, "/"),
    ],
)
def test_the_path_can_stand_in_an_address_of_the_same_origin(path: str, expected: str) -> None:
    assert own_path(request(path=path)) == expected


def test_the_query_comes_along_where_it_is_wanted_and_fits() -> None:
    assert own_target(request(path="/p", args="a=1&b=%20"), query=True) == "/p?a=1&b=%20"
    assert own_target(request(path="/p", args="a=1"), query=False) == "/p"
    assert own_target(request(path="/p", args="a=" + "x" * 2000), query=True) == "/p"
    bytes_of_it = "é ü".encode().decode("latin-1")  # a request is read byte by byte
    assert own_target(request(path="/p", args=bytes_of_it), query=True) == "/p?%C3%A9%20%C3%BC"
