import pytest

from gatepost.idp.draft import Draft
from gatepost.idp.faulty.id_tokens import ID_TOKEN, RENEWED_ID_TOKEN, TOKEN_FAULTS
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import KeySet, parse, verify
from gatepost.values import Fault, Secret

RIGHT = {
    "iss": "http://idp",
    "sub": "alice",
    "aud": "app",
    "iat": 1000,
    "exp": 1300,
    "nonce": "n",
    "at_hash": "h",
}
SIGNATURES = {
    "id-token-sig-none": "token.algorithm",
    "id-token-invalid-sig": "token.signature",
    "id-token-invalid-sig-hs256": "token.algorithm",  # the reader was given no secret
    "id-token-invalid-sig-es256": "token.signature",
    "id-token-wrong-key": "token.signature",
}


@pytest.fixture(scope="module")
def ring() -> KeyRing:
    return KeyRing("ES256")


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        ("id-token-invalid-iss", {"iss": "http://idp1"}),
        ("id-token-missing-sub", {"sub": None}),
        ("id-token-empty-sub", {"sub": ""}),
        ("id-token-invalid-aud", {"aud": "app1"}),
        ("id-token-missing-aud", {"aud": None}),
        ("id-token-invalid-secondary-aud", {"aud": ["app", "app1"]}),
        ("id-token-aud-as-array", {"aud": ["app"]}),
        ("id-token-invalid-azp", {"azp": "app1"}),
        ("id-token-missing-iat", {"iat": None}),
        ("id-token-missing-exp", {"exp": None}),
        ("id-token-expired", {"exp": 1000 - 360}),
        ("id-token-invalid-nonce", {"nonce": "n1"}),
        ("id-token-missing-nonce", {"nonce": None}),
        ("id-token-invalid-at-hash", {"at_hash": "h1"}),
        ("id-token-missing-at-hash", {"at_hash": None}),
        ("refresh-invalid-issuer", {"iss": "http://idp1"}),
        ("refresh-invalid-sub", {"sub": "alice1"}),
    ],
)
def test_one_claim_is_wrong_and_the_signature_right(
    ring: KeyRing, fault: str, changes: dict[str, object]
) -> None:
    change = (ID_TOKEN | RENEWED_ID_TOKEN)[fault]
    token = parse(change(Draft(dict(RIGHT), "JWT")).signed(ring, Secret("s")))
    verify(token, ring.past)
    expected = {**RIGHT, **changes}
    assert token.payload == {k: v for k, v in expected.items() if v is not None}


@pytest.mark.parametrize("fault", SIGNATURES)
def test_claims_are_right_and_the_signature_wrong(ring: KeyRing, fault: str) -> None:
    draft = ID_TOKEN[fault](Draft(dict(RIGHT), "JWT"))
    assert draft.claims == RIGHT
    with pytest.raises(Fault) as caught:
        verify(parse(draft.signed(ring, Secret("s"))), KeySet.read(ring.document, "x"))
    assert caught.value.code == SIGNATURES[fault]


def test_the_algorithm_is_another_and_the_signature_right(ring: KeyRing) -> None:
    draft = ID_TOKEN["id-token-wrong-alg"](Draft(dict(RIGHT), "JWT"))
    token = parse(draft.signed(ring, Secret("s")))
    verify(token, KeySet.read(ring.document, "x"))
    assert (token.alg, token.payload) == ("RS256", RIGHT)


def test_without_a_key_id_the_rest_is_right(ring: KeyRing) -> None:
    token = parse(ID_TOKEN["id-token-no-kid"](Draft(dict(RIGHT), "JWT")).signed(ring, Secret("s")))
    verify(token, KeySet((ring.current,)))
    assert (token.kid, token.payload) == (None, RIGHT)


def test_every_fault_of_the_token_is_told_once() -> None:
    assert len(set(TOKEN_FAULTS)) == len(TOKEN_FAULTS)
    assert {*ID_TOKEN, *RENEWED_ID_TOKEN} < set(TOKEN_FAULTS)
