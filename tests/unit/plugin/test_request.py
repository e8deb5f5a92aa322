import pytest

from gatepost.plugin import Attribute, BodyNeeded, Context, Request
from gatepost.values import Headers

KEYED = {
    Attribute("header", "authorization"): ("keyed",),
    Attribute("queries", "q"): ("1", "2"),
    Attribute("connection", "host"): ("a.test",),
    Attribute("bit", "preflight"): ("1",),
    Attribute("method"): ("GET",),
}
CONTEXT = Context(
    method="POST",
    host="other",
    args="q=9&x=%C3%A9&x=+",
    headers=Headers([("Authorization", "context"), ("Cookie", "a=1; b=2"), ("cookie", "a=3")]),
)


def made(**more: object) -> Request:
    return Request(KEYED, CONTEXT)


def test_what_was_keyed_is_read_from_the_keyed_bytes_alone() -> None:
    request = made()
    assert request.header("AUTHORIZATION") == ("keyed",)
    assert request.query("q") == ("1", "2")
    assert request.connection("host") == "a.test"
    assert request.method() == "GET"
    assert request.bit("preflight")
    assert request.outside == []
    assert list(request.reads) == [
        "header:authorization",
        "queries:q",
        "connection:host",
        "method",
        "bit:preflight",
    ]


def test_everything_else_is_read_and_noted() -> None:
    request = made()
    assert request.cookie("a") == ("1", "3")
    assert request.query("x") == ("é", " ")
    assert request.header("absent") == ()
    assert request.connection("trusted") == "0"
    assert request.outside == ["cookie:a", "query:x", "header:absent", "connection:trusted"]


@pytest.mark.parametrize("what", ["sni", "client-certificate"])
def test_what_only_the_engine_knows_must_be_declared(what: str) -> None:
    with pytest.raises(LookupError):
        made().connection(what)


def test_a_body_that_was_not_sent_is_asked_for() -> None:
    with pytest.raises(BodyNeeded):
        Request({}, Context(body_state="unread")).body()
    assert Request({}, Context(body_state="too-large")).body() == b""
    assert Request({}, Context(body_state="sent", body=b"x")).body() == b"x"
