import pytest

from gatepost.plugin import Revocation, Revocations
from gatepost.values import Tag, TagKind

NOW = 1000.0
SUBJECT = Tag.of(TagKind.SUBJECT, "i", "s")
TOKEN = Tag.of(TagKind.TOKEN, "abc")


def revoked(tag: Tag, not_before: float = NOW, expires: float | None = None) -> Revocations:
    return Revocations([Revocation(1, tag, not_before, expires)])


@pytest.mark.parametrize("kind", [TagKind.TOKEN, TagKind.TOKEN_ID, TagKind.SESSION, TagKind.KEY])
@pytest.mark.parametrize("issued", [None, NOW - 1, NOW + 100])
def test_a_token_session_or_key_stays_revoked_whatever_it_says(
    kind: TagKind, issued: float | None
) -> None:
    tag = Tag.of(kind, "x", "y")
    assert revoked(tag).bites(tag, issued, NOW)


@pytest.mark.parametrize("kind", [TagKind.ISSUER, TagKind.SUBJECT, TagKind.CLIENT])
@pytest.mark.parametrize(
    ("issued", "bites"), [(None, True), (NOW - 1, True), (NOW, True), (NOW + 1, False)]
)
def test_a_person_is_revoked_up_to_a_moment(
    kind: TagKind, issued: float | None, bites: bool
) -> None:
    tag = Tag.of(kind, "x")
    assert revoked(tag).bites(tag, issued, NOW) is bites


@pytest.mark.parametrize("kind", [TagKind.CONSUMER, TagKind.LOOKUP, TagKind.PLUGIN])
def test_what_is_only_to_be_forgotten_refuses_nobody(kind: TagKind) -> None:
    tag = Tag.of(kind, "x")
    assert not revoked(tag).bites(tag, None, NOW)


def test_a_revocation_ends_when_nothing_it_concerns_can_be_valid() -> None:
    held = revoked(TOKEN, expires=NOW + 10)
    assert held.bites(TOKEN, None, NOW + 9)
    assert not held.bites(TOKEN, None, NOW + 10)
    held.drop_expired(NOW + 10)
    assert len(held) == 0


def test_of_two_revocations_of_one_tag_the_stricter_holds() -> None:
    held = revoked(SUBJECT, NOW, expires=NOW + 10)
    held.add([Revocation(2, SUBJECT, NOW - 50, None)])
    assert held.bites(SUBJECT, NOW, NOW + 1000)
    assert held.highest == 2


def test_a_revocation_travels_as_json() -> None:
    one = Revocation(7, SUBJECT, NOW, NOW + 1, "ops", "left")
    assert Revocation.from_json(one.to_json()) == one


@pytest.mark.parametrize(
    "change",
    [
        {"number": "7"},
        {"number": True},
        {"kind": "nothing"},
        {"parts": "s"},
        {"parts": []},
        {"parts": [1]},
        {"not_before": None},
        {"expires": "never"},
    ],
)
def test_a_malformed_revocation_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="revocation"):
        Revocation.from_json(Revocation(7, SUBJECT, NOW).to_json() | change)
