import pytest

from gatepost.engine.answer import read_answer, write_answer
from gatepost.engine.items import join, split
from gatepost.plugin import ConsumerHeaders, Edits, Forward, Memory, Refusal
from gatepost.values import Headers, Reply, Tag, TagKind

SECRET = b"s" * 32
TAG = Tag.of(TagKind.ISSUER, "i")
KEPT = Memory(until=123.4567, ends=200.0, tags=(TAG,))


def test_a_forward_says_what_to_change() -> None:
    decision = Forward(
        Edits(
            authorization="Bearer é",
            headers=(("a", "1"), ("b", None)),
            remove_args=("q", "q"),
            remove_cookies=("c",),
            response_headers=(("r", "1"),),
        ),
        ConsumerHeaders("1", "2", "3", "4", True, "5", "6"),
    )
    found = read_answer(write_answer(decision, KEPT, "Bearer!", SECRET))
    assert (found.kind, found.until, found.ends, found.space) == ("F", 123.457, 200.0, "a")
    assert found.tags == (TAG.digest(SECRET),)
    assert found.rest[0] == "+Bearer é".encode()
    assert found.rest[1:8] == (b"1", b"2", b"3", b"4", b"true", b"5", b"6")
    edits = [b"set", b"a", b"1", b"del", b"b", b"", b"arg", b"q", b"", b"cookie", b"c", b""]
    assert split(found.rest[8]) == edits
    assert split(found.rest[9]) == [b"r", b"1"]
    assert found.rest[10] == b"bearer-"


def test_authorization_is_kept_removed_or_set() -> None:
    def first(edits: Edits) -> bytes:
        return read_answer(write_answer(Forward(edits), KEPT, "x", SECRET)).rest[0]

    assert first(Edits()) == b"="
    assert first(Edits(authorization=None)) == b"-"
    assert first(Edits(authorization="x")) == b"+x"


def edits_of(edits: Edits) -> list[bytes]:
    return split(read_answer(write_answer(Forward(edits), Memory(), "x", SECRET)).rest[8])


def test_a_new_query_comes_before_what_is_taken_out_of_it() -> None:
    found = edits_of(Edits(args="a=1&q=\xe9", remove_args=("q",)))
    assert found == [b"args", b"", b"a=1&q=\xe9", b"arg", b"q", b""]
    assert edits_of(Edits(args="")) == [b"args", b"", b""]
    assert edits_of(Edits()) == []


@pytest.mark.parametrize("args", ["a b", "a#b", "a\r\nX: 1", "a\0", "a\x7f", "€"])
def test_a_query_that_would_end_early_is_an_error(args: str) -> None:
    with pytest.raises(ValueError, match=r"query|latin-1"):
        write_answer(Forward(Edits(args=args)), KEPT, "x", SECRET)


def test_every_cookie_of_an_answer_travels() -> None:
    own = (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    found = read_answer(write_answer(Forward(Edits(response_headers=own)), Memory(), "x", SECRET))
    assert split(found.rest[9]) == [b"Set-Cookie", b"a=1", b"Set-Cookie", b"b=2"]


@pytest.mark.parametrize(
    ("status", "charged"),
    [(200, False), (204, False), (302, True), (303, True), (400, True), (429, True), (503, False)],
)
def test_an_answer_in_full_is_charged_when_it_sends_elsewhere_or_refuses(
    status: int, charged: bool
) -> None:
    for refused in (True, False):
        memory = Memory(refused_space=refused)
        found = read_answer(write_answer(Reply(status), memory, "x", SECRET))
        assert (found.kind, found.space) == ("P", "n" if charged else "a")


def test_a_new_body_travels_with_the_edits() -> None:
    found = read_answer(write_answer(Forward(Edits(body=b"x")), Memory(), "x", SECRET))
    assert split(found.rest[8]) == [b"body", b"", b"x"]


def test_what_is_not_remembered_has_no_deadline() -> None:
    refusal = Refusal(401, "token.expired", "No")
    found = read_answer(write_answer(refusal, Memory(tags=(TAG,)), "x", SECRET))
    assert (found.until, found.tags) == (0, ())


def test_a_forward_that_is_not_remembered_still_tells_its_tags_for_the_streams_it_opens() -> None:
    found = read_answer(write_answer(Forward(), Memory(tags=(TAG,)), "x", SECRET))
    assert (found.until, found.tags) == (0, (TAG.digest(SECRET),))


def test_a_refusal_is_for_the_engine_to_render() -> None:
    refusal = Refusal(401, "token.expired", "No", ("A", "B"), (("h", "v"),), 5)
    memory = Memory(until=1.0, refused_space=True)
    found = read_answer(write_answer(refusal, memory, "x", SECRET))
    assert (found.kind, found.space) == ("R", "n")
    assert found.rest[:3] == (b"401", b"token.expired", b"No")
    assert split(found.rest[3]) == [b"A", b"B"]
    assert split(found.rest[4]) == [b"h", b"v"]
    assert found.rest[5] == b"5"


def test_a_reply_is_never_remembered() -> None:
    reply = Reply(302, Headers([("Location", "/x")]), b"body")
    found = read_answer(write_answer(reply, KEPT, "x", SECRET))
    assert (found.kind, found.until, found.rest[0], found.rest[2]) == ("P", 0, b"302", b"body")
    assert split(found.rest[1]) == [b"Location", b"/x"]


def test_a_refusal_that_redirects_is_an_answer_in_full() -> None:
    refusal = Refusal(302, "x.y", "", headers=(("Location", "/x"),))
    assert read_answer(write_answer(refusal, KEPT, "x", SECRET)).kind == "P"


def test_no_decision_asks_for_the_body() -> None:
    assert read_answer(write_answer(None, Memory(), "x", SECRET)).kind == "B"


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\0", "a\x7f"])
def test_an_identity_header_that_would_end_the_header_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="control"):
        write_answer(Forward(consumer=ConsumerHeaders(username=value)), KEPT, "x", SECRET)


@pytest.mark.parametrize(
    "data", [b"", join([b"F"]), join([b"Z"] * 5), join([b"B", b"0", b"", b"x", b"n"])]
)
def test_bytes_that_are_no_answer_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"answer|cut off"):
        read_answer(data)
