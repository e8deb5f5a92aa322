import json

import pytest

from gatepost.idp.draft import Draft
from gatepost.idp.faulty import drafts
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import KeySet, parse, verify
from gatepost.oidc.compact import decode_segment
from gatepost.values import Fault, Secret

RIGHT = Draft({"iss": "me", "sub": "alice", "iat": 1000, "exp": 1300}, "JWT")
SECRET = Secret("client-secret")


@pytest.fixture(scope="module")
def ring() -> KeyRing:
    return KeyRing("ES256")


def published(ring: KeyRing) -> KeySet:
    return KeySet.read(ring.document, "issuer")


def refused(draft: Draft, ring: KeyRing) -> str:
    with pytest.raises(Fault) as caught:
        verify(parse(draft.signed(ring, SECRET)), published(ring))
    return caught.value.code


def test_claims_are_set_suffixed_and_left_out() -> None:
    assert drafts.set_to("sub", "")(RIGHT).claims["sub"] == ""
    assert drafts.suffixed("iss", "1")(RIGHT).claims["iss"] == "me1"
    assert drafts.suffixed("nonce", "1")(RIGHT).claims["nonce"] == "1"
    assert set(drafts.without("iss", "exp", "other")(RIGHT).claims) == {"sub", "iat"}
    assert set(RIGHT.claims) == {"iss", "sub", "iat", "exp"}


def test_an_expired_token_ended_six_minutes_ago() -> None:
    now, lifetime = 1000, 300
    assert drafts.expired(lifetime)(RIGHT).claims["exp"] == now - 360
    with pytest.raises(TypeError):
        drafts.expired(lifetime)(Draft({"exp": "soon"}, "JWT"))


def test_a_changed_draft_is_signed_well(ring: KeyRing) -> None:
    for change in (
        drafts.suffixed("sub", "1"),
        drafts.without("sub"),
        drafts.with_header(kid=None),
    ):
        verify(parse(change(RIGHT).signed(ring, SECRET)), published(ring))
    assert "kid" not in parse(drafts.with_header(kid=None)(RIGHT).signed(ring, SECRET)).header


def test_an_unsigned_token_says_so(ring: KeyRing) -> None:
    head, body, signature = drafts.unsigned(RIGHT).signed(ring, SECRET).split(".")
    assert json.loads(decode_segment(head) or b"") == {"alg": "none", "typ": "JWT"}
    assert json.loads(decode_segment(body) or b"") == RIGHT.claims
    assert signature == ""


def test_a_flipped_signature_differs_in_every_byte(ring: KeyRing) -> None:
    text = drafts.flipped(RIGHT).signed(ring, SECRET)
    assert refused(drafts.flipped(RIGHT), ring) == "token.signature"
    assert drafts.spoil(drafts.spoil(text)) == text
    right = decode_segment(drafts.spoil(text).split(".")[2]) or b""
    wrong = decode_segment(text.split(".")[2]) or b""
    assert [a ^ b for a, b in zip(right, wrong, strict=True)] == [0x5A] * 64
    verify(parse(drafts.spoil(text)), published(ring))


def test_a_signature_by_the_clients_secret_is_flipped_too(ring: KeyRing) -> None:
    text = drafts.flipped_hs256(RIGHT).signed(ring, SECRET)
    assert parse(text).alg == "HS256"
    with pytest.raises(Fault, match="signature"):
        verify(parse(text), published(ring), secret=SECRET)
    verify(parse(drafts.spoil(text)), published(ring), secret=SECRET)
    assert drafts.flipped_hs256(RIGHT).signed(ring, Secret(""))  # a public client


def test_a_signature_by_a_published_p256_key_is_flipped_too() -> None:
    ring = KeyRing("EdDSA")
    text = drafts.flipped_es256(RIGHT).signed(ring, SECRET)
    assert parse(text).alg == "ES256"
    with pytest.raises(Fault, match="signature"):
        verify(parse(text), published(ring))
    verify(parse(drafts.spoil(text)), published(ring))


def test_another_algorithm_is_that_of_a_genuine_key() -> None:
    ring = KeyRing("ES256")
    token = parse(drafts.other_alg(RIGHT).signed(ring, SECRET))
    assert token.alg == "RS256"
    key = verify(token, published(ring))
    assert key.kid == token.kid != ring.current.kid


def test_an_impostor_has_the_name_of_the_right_key_and_not_its_signature(ring: KeyRing) -> None:
    draft = drafts.impostor(RIGHT)
    token = parse(draft.signed(ring, SECRET))
    assert (token.kid, token.alg) == (ring.current.kid, "ES256")
    assert refused(draft, ring) == "token.signature"


def test_changes_keep_what_others_changed(ring: KeyRing) -> None:
    draft = drafts.without("sub")(drafts.with_header(kid=None)(drafts.flipped(RIGHT)))
    token = parse(draft.signed(ring, SECRET))
    assert "kid" not in token.header
    assert "sub" not in token.payload
    assert refused(draft, ring) == "token.signature"
