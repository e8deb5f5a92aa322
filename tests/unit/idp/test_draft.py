from gatepost.idp.draft import Draft, rightly
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import parse, verify
from gatepost.values import Secret


def test_a_draft_is_signed_with_the_current_key_unless_told() -> None:
    ring = KeyRing("ES256")
    token = parse(Draft({"a": 1}, "JWT", {"x": "y"}).signed(ring, Secret("")))
    assert verify(token, ring.past) is ring.current
    assert token.payload == {"a": 1}
    assert token.header == {"alg": "ES256", "typ": "JWT", "kid": ring.current.kid, "x": "y"}


def test_a_header_may_leave_out_the_key_id_or_change_the_type() -> None:
    ring = KeyRing("ES256")
    token = parse(rightly(Draft({}, "JWT", {"kid": None, "typ": "other"}), ring))
    assert "kid" not in token.header
    assert token.header["typ"] == "other"


def test_it_can_be_sealed_otherwise() -> None:
    seen = []
    draft = Draft({}, "JWT", seal=lambda *given: seen.append(given) or "sealed")
    ring = KeyRing("ES256")
    assert draft.signed(ring, Secret("s")) == "sealed"
    assert seen == [(draft, ring, Secret("s"))]


def test_its_repr_shows_no_claims() -> None:
    assert "canary" not in repr(Draft({"sub": "canary"}, "JWT"))
