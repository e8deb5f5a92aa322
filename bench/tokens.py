"""Signed tokens that nobody has seen: made when needed, never while something is measured."""

import base64
import json
import multiprocessing
import os
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KID = "benchmark-1"
_CHUNK = 1000


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


class Pool:
    """A file of tokens, each used once for each product; it grows on demand.

    All lines have one length, so that a position is a number of tokens.
    """

    def __init__(self, signer: Signer, issuer: str, file: Path) -> None:
        self._order = (signer.private(), issuer, int(time.time()))
        self._file = file
        self._made = 0
        self._taken: dict[str, int] = {}
        self._length = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")

    @property
    def file(self) -> Path:
        """One token on each line."""
        return self._file

    def first(self) -> str:
        """Return a token that anyone may use often."""
        return _make((*self._order, 0, 1)).split()[0].decode()

    def reserve(self, who: str, number: int) -> int:
        """Make sure that there are so many unused tokens; return the bytes before them."""
        taken = self._taken.get(who, 0)
        missing = taken + number - self._made
        if missing > 0:
            self._make(-(-missing // _CHUNK) * _CHUNK)
        return taken * self._length

    def used(self, who: str, number: int) -> None:
        """Note that so many were sent."""
        self._taken[who] = self._taken.get(who, 0) + number

    def _make(self, number: int) -> None:
        begin = self._made + 1
        orders = [(*self._order, first, _CHUNK) for first in range(begin, begin + number, _CHUNK)]
        with multiprocessing.Pool(len(os.sched_getaffinity(0))) as workers:
            pieces = workers.map(_make, orders)
        self._length = len(pieces[0].split(b"\n", 1)[0]) + 1
        assert all(len(piece) == _CHUNK * self._length for piece in pieces), (
            "lines differ in length"
        )
        with self._file.open("ab") as file:
            file.writelines(pieces)
        self._made += number


def _make(order: tuple[bytes, str, int, int, int]) -> bytes:
    private, issuer, now, first, number = order
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
        signed = f"{header}.{_segment(json.dumps(claims).encode())}"
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        lines.append(f"{signed}.{_segment(signature)}\n")
    return "".join(lines).encode()


def _segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
