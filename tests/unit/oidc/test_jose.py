import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec as curves
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa as rsa_keys
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gatepost.oidc import ASYMMETRIC, SHARED_SECRET, Key, KeySet, Unverified, generate, parse, sign
from gatepost.oidc.compact import decode_segment, encode_segment
from gatepost.oidc.jose import UnusableKey, mac_verifies, read_key
from gatepost.values import Secret

Mint = Callable[..., str]
ED = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def _number(value: int) -> str:
    return encode_segment(value.to_bytes((value.bit_length() + 7) // 8 or 1, "big"))


def _data(header: bytes, payload: bytes = b"{}") -> str:
    return f"{encode_segment(header)}.{encode_segment(payload)}"


def _rsa_jwk(bits: int, e: int = 65537) -> dict[str, object]:
    numbers = rsa_keys.generate_private_key(65537, bits).public_key().public_numbers()
    return {"kty": "RSA", "n": _number(numbers.n), "e": _number(e)}


@pytest.mark.parametrize("alg", sorted(ASYMMETRIC))
def test_what_a_key_signs_its_public_part_verifies(alg: str) -> None:
    key = generate(alg, "k")
    public = read_key(key.jwk)
    assert key.private
    assert not public.private
    text = sign({"sub": "alice"}, key)
    assert public.verifies(parse(text))
    head, payload, signature = text.split(".")
    flipped = bytes(byte ^ 0x5A for byte in parse(text).signature)
    assert not public.verifies(parse(f"{head}.{payload}.{encode_segment(flipped)}"))
    other = sign({"sub": "mallory"}, key).split(".")[1]
    assert not public.verifies(parse(f"{head}.{other}.{signature}"))


def test_signatures_of_another_library_are_verified() -> None:
    private = rsa_keys.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    data = _data(b'{"alg":"RS256"}', b'{"sub":"a"}')
    signature = private.sign(data.encode(), padding.PKCS1v15(), hashes.SHA256())
    key = read_key({"kty": "RSA", "n": _number(numbers.n), "e": "AQAB"})
    assert key.verifies(parse(f"{data}.{encode_segment(signature)}"))


def test_the_example_of_rfc_8037_is_verified() -> None:
    head, payload, signature = (
        "eyJhbGciOiJFZERTQSJ9",
        "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    )
    raw = decode_segment(signature)
    assert raw is not None
    key = read_key(ED)
    assert key.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert key.verifies(Unverified({"alg": "EdDSA"}, {}, f"{head}.{payload}".encode(), raw))


@pytest.mark.parametrize("change", [b"", b"\x00", b"\x00" * 64, b"\x00" * 63, b"\xff" * 64])
def test_degenerate_ecdsa_signatures_are_not_valid(ec: Key, mint: Mint, change: bytes) -> None:
    token = parse(mint(key=ec))
    forged = Unverified(token.header, token.payload, token.signing_input, change)
    assert not read_key(ec.jwk).verifies(forged)


def test_an_ecdsa_signature_as_der_or_with_a_tail_is_not_valid(mint: Mint) -> None:
    private = curves.generate_private_key(curves.SECP256R1())
    point = private.public_key().public_numbers()
    x, y = (encode_segment(n.to_bytes(32, "big")) for n in (point.x, point.y))
    key = read_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    data = _data(b'{"alg":"ES256"}').encode()
    der = private.sign(data, curves.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(der)
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert key.verifies(Unverified({"alg": "ES256"}, {}, data, raw))
    for bad in (der, raw + b"\x00", raw[:-1], raw[32:] + raw[:32]):
        assert not key.verifies(Unverified({"alg": "ES256"}, {}, data, bad))


def test_a_key_verifies_only_with_an_algorithm_that_fits(rsa: Key) -> None:
    public = read_key({k: v for k, v in rsa.jwk.items() if k != "alg"})
    token = parse(sign({}, rsa, alg="PS256"))
    assert public.verifies(token)  # undeclared: both families of RSA fit
    assert not read_key(rsa.jwk).verifies(token)  # declared RS256
    assert not public.fits("ES256")
    assert not public.fits("HS256")
    assert not public.fits("none")


def test_a_curve_fits_its_own_algorithm_alone() -> None:
    key = read_key({k: v for k, v in generate("ES384").jwk.items() if k != "alg"})
    assert key.fits("ES384")
    assert not key.fits("ES256")
    assert not key.fits("ES256K")
    assert not key.fits("EdDSA")


@pytest.mark.parametrize("e", [1, 2, 0, 65538, 2**80 + 1])
def test_an_rsa_key_with_a_bad_exponent_is_unusable(e: int) -> None:
    with pytest.raises(UnusableKey, match="exponent"):
        read_key(_rsa_jwk(2048, e))


def test_an_rsa_key_that_is_weak_or_enormous_is_unusable() -> None:
    with pytest.raises(UnusableKey, match="1024 bits"):
        read_key(_rsa_jwk(1024))
    huge = {"kty": "RSA", "n": _number(2**16_384 + 1), "e": "AQAB"}
    with pytest.raises(UnusableKey, match="16385 bits"):
        read_key(huge)
    with pytest.raises(UnusableKey, match="odd"):
        read_key({"kty": "RSA", "n": _number(2**2047), "e": "AQAB"})


def test_a_point_off_the_curve_is_unusable(ec: Key) -> None:
    x = encode_segment(b"\x01" * 32)
    with pytest.raises(UnusableKey):
        read_key({"kty": "EC", "crv": "P-256", "x": x, "y": x})
    with pytest.raises(UnusableKey):
        read_key({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})
    with pytest.raises(UnusableKey):
        read_key({**ec.jwk, "crv": "P-384", "alg": "ES384"})
    with pytest.raises(UnusableKey):
        read_key({**ec.jwk, "alg": "ES384"})


@pytest.mark.parametrize(
    ("jwk", "why"),
    [
        ({"kty": "oct", "k": "AAAA"}, "shared secret"),
        ({"kty": "AKP", "alg": "ML-DSA-44"}, "unknown key type"),
        ({"kty": 1}, "unknown key type"),
        ({}, "unknown key type"),
        ({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}, "curve"),
        ({"kty": "OKP", "crv": "X25519", "x": "AA"}, "curve"),
        ({"kty": "OKP", "crv": "Ed448", "x": "AA"}, "curve"),
        ({**ED, "x": "AA"}, "not 32 bytes"),
        ({**ED, "d": "AA"}, "private part"),
        ({**ED, "use": "enc"}, "not a signing key"),
        ({**ED, "use": 1}, "not a signing key"),
        ({**ED, "key_ops": ["encrypt"]}, "not for verifying"),
        ({**ED, "key_ops": "verify"}, "not for verifying"),
        ({**ED, "kid": 7}, "not text"),
        ({**ED, "alg": ["EdDSA"]}, "not text"),
        ({**ED, "alg": "RS256"}, "another algorithm"),
        ({"kty": "RSA", "n": "AQAB"}, "missing"),
        ({"kty": "RSA", "n": 1, "e": 1}, "missing"),
        ({"kty": "RSA", "n": "é", "e": "AQAB"}, "modulus"),
    ],
)
def test_keys_that_must_not_verify_say_why(jwk: dict[str, object], why: str) -> None:
    with pytest.raises(UnusableKey, match=why):
        read_key(jwk)


def test_a_public_key_as_hmac_secret_proves_nothing(rsa: Key, keys: KeySet) -> None:
    native = rsa._native
    assert native is not None
    public = native.public_key
    secrets = [
        public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
    ] + [json.dumps(dict(rsa.jwk)).encode()]
    data = _data(b'{"alg":"HS256","kid":"rsa-1"}')
    for secret in secrets:
        mac = hmac.digest(secret, data.encode(), hashlib.sha256)
        token = parse(f"{data}.{encode_segment(mac)}")
        assert not any(key.verifies(token) for key in keys.keys)


def test_a_shared_secret_verifies_its_own_tokens_alone() -> None:
    token = parse(sign({"sub": "a"}, Secret("correct horse"), alg="HS384"))
    assert mac_verifies(token, Secret("correct horse"))
    assert not mac_verifies(token, Secret("battery staple"))
    assert not mac_verifies(token, Secret(""))
    assert not SHARED_SECRET.verifies(token)


def test_a_key_shows_neither_its_private_part_nor_a_secret(rsa: Key) -> None:
    native = rsa._native
    assert native is not None
    private = native.as_dict(private=True)
    for part in ("d", "p", "q"):
        assert str(private[part]) not in repr(rsa) + json.dumps(dict(rsa.jwk))
    assert set(rsa.jwk) == {"kty", "n", "e", "kid", "use", "alg"}


def test_signing_with_what_cannot_sign_is_refused(rsa: Key) -> None:
    for key, alg in ((read_key(rsa.jwk), "RS256"), (rsa, "ES256"), (rsa, "none"), (rsa, "HS256")):
        with pytest.raises(UnusableKey):
            sign({}, key, alg=alg)
    with pytest.raises(UnusableKey):
        sign({}, Secret("s"), alg="RS256")
    with pytest.raises(UnusableKey):
        sign({}, Secret(""), alg="HS256")
    for bad in ("none", "HS256", "ES256K"):
        with pytest.raises(UnusableKey):
            generate(bad)
    with pytest.raises(UnusableKey):
        generate("RS256", bits=1024)


def test_a_key_without_a_name_is_named_by_its_thumbprint() -> None:
    key = generate("EdDSA")
    assert key.kid == key.thumbprint() == read_key(key.jwk).thumbprint()
    with pytest.raises(UnusableKey):
        SHARED_SECRET.thumbprint()
