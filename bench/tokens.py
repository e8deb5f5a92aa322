"""Signed tokens that nobody has seen: made when needed, never while something is measured."""

import base64
import functools
import json
import time
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.pool import Pool

KID = "benchmark-1"


class Signer:
    """An RSA key of 2048 bits, and RS256 tokens (RFC 9068) under it."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def published(self) -> dict[str, list[dict[str, str]]]:
        """Return the key set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        n = _segment(numbers.n.to_bytes(256, "big"))
        e = _segment(numbers.e.to_bytes(3, "big"))
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KID, "n": n, "e": e}
        return {"keys": [key]}

    def private(self) -> bytes:
        """Return the key for another process of the benchmark."""
        form = serialization.PrivateFormat.PKCS8
        return self._key.private_bytes(
            serialization.Encoding.DER, form, serialization.NoEncryption()
        )


def pool(signer: Signer, issuer: str, file: Path) -> Pool:
    """Return a pool of access tokens."""
    make = functools.partial(_make, signer.private(), issuer, int(time.time()))
    return Pool(make, file, "Authorization: Bearer ")


def _make(private: bytes, issuer: str, now: int, first: int, number: int) -> bytes:
    key = serialization.load_der_private_key(private, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    header = _segment(json.dumps({"alg": "RS256", "kid": KID, "typ": "at+jwt"}).encode())
    lines = []
    for at in range(first, first + number):
        claims = {
            "iss": issuer,
            "aud": "api://default",
            "sub": f"subject-{at:09}",
            "client_id": "application",
            "scope": "read",
            "iat": now,
            "exp": now + 86_400,
            "jti": f"token-{at:09}",
        }
        lines.append(_signed(header, claims, key) + "\n")
    return "".join(lines).encode()


def sign(signer: Signer, **claims: object) -> str:
    """Sign one token."""
    header = _segment(json.dumps({"alg": "RS256", "kid": KID}).encode())
    key = serialization.load_der_private_key(signer.private(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return _signed(header, claims, key)


def _signed(header: str, claims: Mapping[str, object], key: rsa.RSAPrivateKey) -> str:
    signed = f"{header}.{_segment(json.dumps(claims).encode())}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_segment(signature)}"


def _segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
