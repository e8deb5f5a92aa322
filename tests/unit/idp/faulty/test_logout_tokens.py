import pytest

from gatepost.idp.draft import Draft
from gatepost.idp.faulty.logout_tokens import LOGOUT_FAULTS, LOGOUT_TOKEN, form
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import KeySet, parse, verify
from gatepost.values import Fault, Secret

RIGHT = {
    "iss": "http://idp",
    "aud": "app",
    "iat": 1000,
    "exp": 1120,
    "jti": "j",
    "sub": "alice",
    "sid": "s",
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
}


@pytest.fixture(scope="module")
def ring() -> KeyRing:
    return KeyRing("ES256")


def signed(fault: str, ring: KeyRing):
    draft = LOGOUT_TOKEN[fault](Draft(dict(RIGHT), "logout+jwt"))
    return parse(draft.signed(ring, Secret("s")))


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("wrong-iss", {"iss": "http://idpINVALID"}),
        ("wrong-aud", {"aud": "appINVALID"}),
        ("no-event", {"events": None}),
        ("wrong-event", {"events": {"http://schemas.openid.net/event/foobar": {}}}),
        ("with-nonce", {"nonce": "never-in-a-logout-token"}),
        ("missing-iat", {"iat": None}),
        ("missing-jti", {"jti": None}),
        ("no-sub-no-sid", {"sub": None, "sid": None}),
        ("sub-only", {"sid": None}),
        ("expired", {"exp": 1000 - 360}),
        ("id-token-typ", {}),
        ("extra", {"ignored_claim": "to be ignored"}),
    ],
)
def test_one_claim_is_wrong_and_the_signature_right(
    ring: KeyRing, fault: str, changes: dict[str, object]
) -> None:
    token = signed(f"backchannel-{fault}", ring)
    verify(token, ring.past)
    expected = {**RIGHT, **changes}
    assert token.payload == {k: v for k, v in expected.items() if v is not None}
    assert token.typ == ("jwt" if fault == "id-token-typ" else "logout+jwt")


def test_the_signature_is_missing_or_wrong_or_of_another_algorithm(ring: KeyRing) -> None:
    with pytest.raises(Fault, match="not signed"):
        signed("backchannel-alg-none", ring)
    wrong = signed("backchannel-invalid-sig", ring)
    with pytest.raises(Fault, match="signature"):
        verify(wrong, ring.past)
    other = signed("backchannel-wrong-alg", ring)
    verify(other, KeySet.read(ring.document, "x"))
    assert (other.alg, other.payload) == ("RS256", RIGHT)


def test_what_is_posted_can_be_wrong_too() -> None:
    assert form("t", None) == form("t", "backchannel-expired") == (("logout_token", "t"),)
    assert form("t", "backchannel-twice-parameter") == (("logout_token", "t"),) * 2
    assert form("t", "backchannel-extra") == (
        ("ignored_parameter", "to be ignored"), ("logout_token", "t"),
    )  # fmt: skip
    ((name, garbage),) = form("t", "backchannel-garbage")
    assert name == "logout_token"
    with pytest.raises(Fault):
        parse(garbage)


def test_every_fault_is_told_once() -> None:
    assert len(set(LOGOUT_FAULTS)) == len(LOGOUT_FAULTS) == 18
