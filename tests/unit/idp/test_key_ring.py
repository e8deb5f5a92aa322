import json

import pytest

from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import KeySet, UnusableKey, parse, verify


def published(ring: KeyRing) -> KeySet:
    return KeySet.read(ring.document, "issuer")


def test_what_it_signs_verifies_with_what_it_publishes() -> None:
    ring = KeyRing("ES256")
    token = parse(ring.sign({"a": 1}, typ="at+jwt"))
    assert token.typ == "at+jwt"
    assert verify(token, published(ring)).kid == ring.current.kid


def test_after_a_rotation_the_old_key_is_still_published() -> None:
    ring = KeyRing("ES256")
    before = parse(ring.sign({}, typ="JWT"))
    ring.rotate()
    verify(before, published(ring))
    assert parse(ring.sign({}, typ="JWT")).kid == ring.current.kid != before.kid


def test_withdrawing_publishes_the_new_key_only() -> None:
    ring = KeyRing("ES256")
    ring.rotate()
    fresh = ring.rotate(alg="EdDSA", withdraw=True)
    assert [key["kid"] for key in json.loads(ring.document)["keys"]] == [fresh.kid]
    assert ring.published == (fresh,)
    assert ring.old is not None


def test_only_public_parts_are_published() -> None:
    assert all("d" not in key for key in json.loads(KeyRing("ES256").document)["keys"])


def test_the_unknown_key_is_of_the_current_kind_and_never_published() -> None:
    ring = KeyRing("ES256")
    assert ring.unknown is ring.unknown
    assert ring.unknown.kid not in published(ring).kids()
    ring.rotate(alg="EdDSA")
    assert ring.unknown.alg == "EdDSA"


def test_an_algorithm_it_cannot_make_changes_nothing() -> None:
    ring = KeyRing("ES256")
    before = ring.current
    with pytest.raises(UnusableKey):
        ring.rotate(alg="HS256", withdraw=True)
    assert ring.current is before


def test_another_algorithm_gets_a_published_key_once() -> None:
    ring = KeyRing("ES256")
    other = ring.other()
    assert (other.alg, ring.other()) == ("RS256", other)
    assert other.kid in published(ring).kids()
    assert ring.other("ES256") is ring.current
    assert KeyRing("RS256").other().alg == "ES256"


def test_withdrawing_takes_the_other_keys_too() -> None:
    ring = KeyRing("ES256")
    ring.other()
    fresh = ring.rotate(withdraw=True)
    assert ring.published == (fresh,)


def test_what_it_signed_once_is_known_after_the_key_was_withdrawn() -> None:
    ring = KeyRing("ES256")
    token = parse(ring.sign({}, typ="JWT"))
    for _ in range(5):
        ring.rotate(withdraw=True)
    verify(token, ring.past)
    assert ring.other().kid not in ring.past.kids()
