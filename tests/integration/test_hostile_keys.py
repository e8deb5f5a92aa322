"""Hostile keys: what a provider may publish beside its own keys, and what then verifies nothing."""

import hashlib
import hmac
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.attacker import Signer, at_once, base64url, claims_of, mint, segment
from tests.integration.hostile_gate import Gate, gated

pytestmark = pytest.mark.integration

Strange = tuple[Gate, dict[str, Signer]]


@pytest.fixture(autouse=True)
def fresh(strange: Strange) -> None:
    strange[0].upstream.seen.clear()


@pytest.fixture(scope="module")
def strange() -> Iterator[Strange]:
    """A node whose provider publishes strange keys beside its own."""
    signers = {
        "weak": Signer("weak", bits=1024),
        "k1": Signer("k1", curve=ec.SECP256K1()),
        "p256": Signer("p256", curve=ec.SECP256R1()),
        "encryption": Signer("encryption"),
        "wrong-alg": Signer("wrong-alg"),
        "verify-only": Signer("verify-only"),
    }
    with gated(node=False) as gate:
        keys = gate.world.idp.get("/oauth2/default/v1/keys").json()["keys"]
        secret = base64url(b"a well known secret of 32 bytes.")
        point = signers["p256"].jwk(kid="off-curve")
        keys += [
            signers["weak"].jwk(),
            signers["k1"].jwk(crv="P-256"),
            signers["p256"].jwk(),
            {**signers["encryption"].jwk(), "use": "enc"},
            signers["wrong-alg"].jwk(alg="PS256"),
            signers["verify-only"].jwk(key_ops=["encrypt"]),
            {"kty": "oct", "k": secret, "kid": "oct", "alg": "HS256"},
            {**point, "y": point["x"]},
            {"kty": "OKP", "crv": "Ed25519", "kid": "small", "x": base64url(bytes(32))},
            {"kty": "RSA", "n": base64url(b"\x01" * 256), "e": "AQ", "kid": "e1"},
            {**signers["p256"].jwk(), "kid": keys[0]["kid"]},  # another type under the same id
            {"kty": "unheard of", "kid": "new"}, {}, "not a key", None,
        ]  # fmt: skip
        order = {"fault": "merge", "endpoint": "keys", "times": 1000, "members": {"keys": keys}}
        assert gate.world.idp.post_json("/dev/misbehave", order).status == 200
        gate.world.start_node()
        yield gate, signers


def test_j9_the_right_one_of_two_keys_with_the_same_id_is_used(strange: Strange) -> None:
    gate, signers = strange
    assert gate.world.get("/jwt/x", mint(gate.world)).status == 200
    assert gate.world.get("/jwt/x", signers["p256"].jws(gate.world, gate.good())).status == 200
    shared = signers["p256"].jws(gate.world, gate.good(), kid=gate.key_id)
    assert gate.world.get("/jwt/x", shared).status == 200
    gate.upstream.seen.clear()
    for alg in ("RS256", "none", "HS256", "ES384", "EdDSA"):
        token = signers["p256"].jws(gate.world, gate.good(), alg, kid=gate.key_id)
        gate.refuses(token, "jwt")


@pytest.mark.parametrize("name", ["weak", "k1", "encryption", "wrong-alg", "verify-only"])
def test_j3_j13_j14_a_published_key_that_does_not_fit_signs_nothing(
    strange: Strange, name: str
) -> None:
    gate, signers = strange
    gate.refuses(signers[name].jws(gate.world, gate.good()), "jwt", "both")


def test_j12_an_elliptic_signature_is_two_numbers_and_nothing_else(strange: Strange) -> None:
    gate, signers = strange
    head = segment({"alg": "ES256", "kid": "p256", "typ": "at+jwt"})
    body = f"{head}.{segment(gate.good())}"
    der = signers["p256"].finish(gate.world, body, der=True)
    for raw in (bytes(64), bytes(63) + b"\1", b"\xff" * 64, bytes(65), bytes(32)):
        gate.refuses(f"{body}.{base64url(raw)}", "jwt")
    gate.refuses(der, "jwt")


def test_j13_j15_secrets_and_points_off_the_curve_in_the_key_set_verify_nothing(
    strange: Strange,
) -> None:
    gate, _ = strange
    for kid in ("oct", None):
        head = {"alg": "HS256", **({"kid": kid} if kid else {})}
        body = f"{segment(head)}.{segment(gate.good())}"
        mac = hmac.digest(b"a well known secret of 32 bytes.", body.encode(), hashlib.sha256)
        gate.refuses(f"{body}.{base64url(mac)}", "jwt", "both")
    # A point of small order verifies zeroes over any text; with exponent 1 a signature is its text.
    for kid, alg, signature in (
        ("small", "EdDSA", b"\1" + bytes(63)), ("small", "EdDSA", bytes(64)),
        ("off-curve", "ES256", bytes(63) + b"\1"), ("e1", "RS256", b"\1" * 256),
    ):  # fmt: skip
        token = f"{segment({'alg': alg, 'kid': kid})}.{segment(gate.good())}.{base64url(signature)}"
        gate.refuses(token, "jwt", "both")


def test_j5_a_thousand_keys_make_no_thousand_fetches(strange: Strange) -> None:
    gate, signers = strange
    before = gate.world.calls("keys")
    begun = time.monotonic()
    tokens = [signers["weak"].jws(gate.world, gate.good(), kid=f"unknown-{n}") for n in range(300)]
    assert set(at_once(lambda one: gate.world.get("/jwt/x", one).status, tokens)) == {401}
    allowed = 2 + (time.monotonic() - begun) / 30
    assert gate.world.calls("keys") - before <= allowed
    assert not gate.upstream.seen
    assert claims_of(tokens[0])["sub"] == "mallory"
