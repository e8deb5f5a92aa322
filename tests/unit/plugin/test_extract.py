import pytest

from gatepost.plugin import Attribute, HttpRequest, Refusal, extract
from gatepost.values import Headers


def values(attribute: str, **more: object) -> tuple[str, ...]:
    headers = more.pop("headers", [])
    request = HttpRequest(headers=Headers(headers), **more)  # type: ignore[arg-type]
    one = Attribute.parse(attribute)
    found = extract([one], request)
    assert isinstance(found, dict), found
    return found[one]


@pytest.mark.parametrize(
    ("attribute", "more"),
    [
        ("header:authorization", {"headers": [("Authorization", "a"), ("authorization", "b")]}),
        ("query:t", {"args": "t=1&t=2"}),
        ("query:t", {"args": "t=1&%74=2"}),
        ("query:t", {"args": "t&t"}),
        ("cookie:c", {"headers": [("Cookie", "c=1; c=2")]}),
        ("cookie:c", {"headers": [("Cookie", "c=1"), ("cookie", "c=2")]}),
    ],
)
def test_what_may_come_once_is_refused_when_it_comes_twice(
    attribute: str, more: dict[str, object]
) -> None:
    request = HttpRequest(headers=Headers(more.pop("headers", [])), **more)  # type: ignore[arg-type]
    found = extract([Attribute.parse(attribute)], request)
    assert isinstance(found, Refusal)
    assert (found.status, "must come once" in found.message) == (400, True)
    kind, _, name = attribute.partition(":")
    many = {"header": "headers", "query": "queries", "cookie": "cookies"}[kind]
    several = extract([Attribute(many, name)], request)
    assert isinstance(several, dict)
    assert len(next(iter(several.values()))) == 2


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (None, ()),
        ("", ()),
        ("t", ("",)),
        ("t=", ("",)),
        ("t=a+b%20c", ("a b c",)),
        ("t=%C3%A9", ("é",)),
        ("t=%zz%4", ("%zz%4",)),
        ("t=a=b;t=c", ("a=b;t=c",)),
        ("T=1&tt=2&&=3", ()),
        ("a=1&t=x&b", ("x",)),
    ],
)
def test_query_arguments_are_read_strictly(args: str | None, expected: tuple[str, ...]) -> None:
    assert values("queries:t", args=args) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("c=1", ("1",)),
        (" c=1 ; d=2", ("1",)),
        ('c="a b"', ('"a b"',)),
        ("c", ()),
        ("C=1; cc=2", ()),
        ("c=a=b", ("a=b",)),
        ("c=; d=1", ("",)),
    ],
)
def test_cookies_are_read_strictly(line: str, expected: tuple[str, ...]) -> None:
    assert values("cookie:c", headers=[("cookie", line)]) == expected


def test_oversize_is_refused() -> None:
    request = HttpRequest(headers=Headers([("a", "x" * 16_385)]))
    found = extract([Attribute("header", "a")], request)
    assert isinstance(found, Refusal)
    assert found.status == 431


FORM = ("Content-Type", "Application/x-www-form-urlencoded; charset=utf-8")


@pytest.mark.parametrize(
    ("bit", "more", "expected"),
    [
        ("body", {"headers": [FORM, ("content-length", "3")]}, "1"),
        ("body", {"headers": [FORM, ("content-length", "0")]}, "0"),
        ("body", {"headers": [FORM]}, "0"),
        ("body", {"headers": [FORM, ("transfer-encoding", "chunked")]}, "1"),
        ("body", {"headers": [("content-type", "text/plain")], "body": b"x"}, "0"),
        ("body", {"headers": [("content-type", "application/x+json")], "body": b"x"}, "1"),
        (
            "preflight",
            {
                "method": "OPTIONS",
                "headers": [("origin", "x"), ("access-control-request-method", "GET")],
            },
            "1",
        ),
        ("preflight", {"method": "OPTIONS", "headers": [("origin", "x")]}, "0"),
        ("grpc", {"headers": [("content-type", "application/grpc+proto")]}, "1"),
        ("navigation", {"headers": [("sec-fetch-mode", "navigate")]}, "1"),
        ("navigation", {"headers": [("sec-fetch-mode", "cors"), ("accept", "text/html")]}, "0"),
        ("navigation", {"headers": [("accept", "text/html,*/*")]}, "1"),
        ("navigation", {"headers": [("sec-fetch-mode", "navigate"), ("sec-fetch-mode", "x")]}, "1"),
        (
            "navigation",
            {"headers": [("accept", "text/html"), ("x-requested-with", "XMLHttpRequest")]},
            "0",
        ),
        (
            "navigation",
            {"headers": [("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch;prerender")]},
            "0",
        ),
        ("navigation", {"headers": []}, "0"),
        ("cookie-prefix:flow_", {"headers": [("cookie", "a=1; flow_x=2")]}, "1"),
        ("cookie-prefix:flow_", {"headers": [("cookie", "my_flow_x=2; b=flow_x=1")]}, "0"),
        ("method:GET,PUT", {"method": "PUT"}, "1"),
        ("method:GET,PUT", {"method": "PU"}, "0"),
        ("path-suffix:/logout", {"path": "/a/logout"}, "1"),
        ("query:code", {"args": "code"}, "1"),
        ("query:code", {"args": "codes=1"}, "0"),
    ],
)
def test_bits_are_derived(bit: str, more: dict[str, object], expected: str) -> None:
    assert values(f"bit:{bit}", **more) == (expected,)


def test_the_connection_is_read() -> None:
    assert values("connection:port", port=8443) == ("8443",)
    assert values("connection:trusted", trusted=True) == ("1",)
    assert values("connection:sni") == ()
    assert values("connection:sni", sni="a.test") == ("a.test",)
    assert values("method", method="PUT") == ("PUT",)
