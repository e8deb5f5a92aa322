import msgspec
import pytest

from gatepost.outside.desk_words import (
    ClaimAsked,
    ErrandAsked,
    RevokeAsked,
    Said,
    fault_said,
    raised,
    read,
    write,
)
from gatepost.plugin import Errand
from gatepost.values import (
    By,
    Call,
    Fault,
    Headers,
    RedisSettings,
    Reply,
    Secret,
    Tag,
    TagKind,
    Transport,
)

CALL = Call(
    "POST",
    "https://idp.test/token",
    headers=Headers([("A", "1"), ("a", "ü")]),
    body=b"\0\xff",
    purpose="token",
    transport=Transport(timeout=2.5, no_proxy=("a", "b"), http_proxy_authorization="Basic x"),
)
SHARE = RedisSettings(
    password=Secret("hush"), cluster_nodes=(("h", 1), ("i", 2)), sentinel_role="any"
)


@pytest.mark.parametrize("share", [None, SHARE, RedisSettings()])
def test_an_errand_comes_through_whole(share: RedisSettings | None) -> None:
    errand = Errand("ab" * 32, CALL, 1.5, 9.0, share, b"k" * 32, member="access_token")
    came = read(write(ErrandAsked(errand, ahead=True)), ErrandAsked)
    assert came.errand == errand
    assert list(came.errand.call.headers) == [("A", "1"), ("a", "ü")]
    assert came.errand.call.transport == CALL.transport
    assert came.ahead
    assert came.errand.share is None or came.errand.share.password == share.password  # type: ignore[union-attr]


def test_what_is_printed_of_them_holds_no_secret() -> None:
    errand = Errand("ab" * 32, CALL, share=SHARE, seal=b"seal-nobody-may-see".ljust(32))
    said = Said(reply=Reply(200, Headers([("A", "value-nobody-may-see")]), b"nobody-may-see"))
    shown = repr(read(write(ErrandAsked(errand)), ErrandAsked)) + repr(read(write(said), Said))
    assert "nobody-may-see" not in shown
    assert "hush" not in shown


def test_answers_and_endings_come_through() -> None:
    reply = Reply(201, Headers([("Content-Type", "a/b")]), b"\0body")
    assert read(write(Said(reply=reply)), Said).reply == reply
    assert read(write(Said()), Said) == Said()
    asked = RevokeAsked([(TagKind.SESSION, ["https://a", "s"], None)], "logged out")
    came = read(write(asked), RevokeAsked)
    assert (came.pairs(), came.why) == (
        [(Tag.of(TagKind.SESSION, "https://a", "s"), None)],
        "logged out",
    )
    assert read(write(ClaimAsked("n", 2.0, SHARE)), ClaimAsked).share == SHARE


def test_a_fault_is_raised_at_the_other_end_as_it_was() -> None:
    fault = Fault("provider.timeout", "Late.", by=By.PROVIDER, cause="token at x", retry_after=7)
    told = read(write(fault_said(fault)), Said).fault
    assert told is not None
    assert vars(raised(told)) == vars(fault)


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x80", b"\x81\xa5reply\x01"])
def test_anything_else_is_told_apart(data: bytes) -> None:
    for kind in (ErrandAsked, ClaimAsked, RevokeAsked):
        with pytest.raises(msgspec.MsgspecError):
            read(data, kind)
