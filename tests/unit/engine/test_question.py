import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.engine.items import join, split
from gatepost.engine.question import read_key, read_question, write_key, write_question
from gatepost.plugin import Attribute, HttpRequest
from gatepost.values import Headers

ATTRIBUTES = (
    Attribute("header", "authorization"),
    Attribute("headers", "x-many"),
    Attribute("query", "q"),
    Attribute("bit", "preflight"),
)
LATIN = st.text(st.characters(max_codepoint=255), max_size=20)


def test_a_question_is_read_as_it_was_written() -> None:
    request = HttpRequest(
        "POST",
        "https",
        "api.test",
        8443,
        "/a b",
        "x=%20\xe9",
        Headers([("a", "\xe9"), ("a", "2")]),
        b"body",
        "::1",
        trusted=True,
    )
    context = request.context(id="id-1", route="r")
    found = read_question(write_question("ab" * 32, b"key", context))
    assert (found.plan, found.key, found.context) == ("ab" * 32, b"key", context)


@pytest.mark.parametrize("unread", [True, False])
def test_a_body_is_there_only_when_it_was_sent(unread: bool) -> None:
    context = HttpRequest(body=b"x").context(unread=unread)
    found = read_question(write_question("p", b"", context)).context
    assert (found.body_state, found.body) == (("unread", None) if unread else ("sent", b"x"))


@given(LATIN, st.lists(LATIN, max_size=3), st.booleans())
def test_keyed_values_are_read_as_they_were_keyed(one: str, many: list[str], absent: bool) -> None:
    keyed = {
        ATTRIBUTES[0]: () if absent else (one,),
        ATTRIBUTES[1]: tuple(many),
        ATTRIBUTES[2]: ("é€",),
        ATTRIBUTES[3]: ("0",),
    }
    assert read_key(write_key(keyed, ATTRIBUTES), ATTRIBUTES) == keyed


def test_absent_empty_and_repeated_are_different_keys() -> None:
    attribute = (Attribute("headers", "a"),)
    keys = {write_key({attribute[0]: v}, attribute) for v in ((), ("",), ("", ""), ("a",))}
    assert len(keys) == 4


@pytest.mark.parametrize("key", [b"", b"\0", b"\0\1\0\0", b"\0\1\0\0\0\x05abc", b"\0\0\0\0\0"])
def test_a_key_that_does_not_fit_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        read_key(key, (Attribute("header", "a"),))


def test_a_malformed_question_is_refused() -> None:
    items = split(write_question("p", b"", HttpRequest().context()))
    for at, bad in ((2, b"{}"), (2, b"{"), (2, items[2][:-1] + b',"more":1}'), (3, join([b"a"]))):
        with pytest.raises((ValueError, msgspec.MsgspecError)):
            read_question(join([*items[:at], bad, *items[at + 1 :]]))
    with pytest.raises(ValueError, match="five"):
        read_question(join(items[:4]))


@pytest.mark.parametrize(
    "headers",
    [join([b"a"]), join([b"a", b"1", b"b"]), join([b"a", b"1"])[:-1], b"\0\0", join([b"a"])[:-1]],
)
def test_headers_that_are_no_pairs_are_refused(headers: bytes) -> None:
    good = split(write_question("ab" * 32, b"key", HttpRequest().context()))
    with pytest.raises(ValueError, match="header"):
        read_question(join([*good[:3], headers, good[4]]))


def test_a_question_shows_no_credential() -> None:
    headers = Headers([("authorization", "canary")])
    context = HttpRequest(args="access_token=canary", headers=headers, body=b"canary").context()
    found = read_question(write_question("ab" * 32, b"canary", context))
    assert "canary" not in repr(found) + repr(found.context)
