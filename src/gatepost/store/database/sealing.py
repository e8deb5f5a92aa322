"""Sealing what is stored with keys that are derived from the one in the settings.

A copy of the database, or of its backup, is worth nothing without that key: bodies are sealed with
AES-256-GCM (NIST SP 800-38D), each bound to its place; secrets that must be found again by their
value stand there as HMAC-SHA-256.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gatepost.values import By, Fault
from gatepost.values.mac import Mac

_FORMAT = b"\x01"
_NONCE = 12
_LEAST = 16


class Seal:
    """Seals, opens and digests under keys derived (HKDF, RFC 5869) from one of 16 bytes or more."""

    __slots__ = ("_cipher", "_mac")

    def __init__(self, key: bytes) -> None:
        if len(key) < _LEAST:
            raise ValueError(f"the key of the database needs {_LEAST} bytes or more")
        self._cipher = AESGCM(_derived(key, b"gatepost store: bodies"))
        self._mac = Mac(_derived(key, b"gatepost store: values"))

    def close(self, data: bytes, *place: str) -> bytes:
        """Return the data sealed, so that it opens at this place alone."""
        nonce = secrets.token_bytes(_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, data, _bound(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """Return what was sealed at this place.

        Raises Fault (ours) ``database.damaged`` when it was changed, moved, or sealed with another
        key.
        """
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _FORMAT:
                raise InvalidTag
            return self._cipher.decrypt(nonce, body, _bound(place))
        except (InvalidTag, ValueError):
            raise Fault(
                "database.damaged",
                "A record of the database was changed by somebody else. Restore a backup.",
                by=By.OURS,
                cause="/".join(place),
            ) from None

    def digest(self, text: str, *place: str) -> str:
        """Return a secret's stand-in, 64 hex digits: equal for equal texts at this place alone."""
        return self._mac.digest(_bound((*place, text))).hex()


def _bound(place: tuple[str, ...]) -> bytes:
    # each part with its length, so that no two places read the same
    parts = (part.encode("utf-8", "surrogatepass") for part in place)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
