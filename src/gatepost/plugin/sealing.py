"""Sealing: bytes that only we can read, and that nobody else can have written.

AES-256-GCM under a key of its own for each message (HKDF over sixteen random bytes that travel in
front), so that no nonce ever meets its key again, however many messages are sealed. A message
names the key it was sealed with, by a digest, so that keys can be changed while old messages live.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_KEY_ID = 4
_SALT = 16
_HEAD = len(_VERSION) + _KEY_ID + _SALT
OVERHEAD = _HEAD + 16
"""Bytes that sealing adds: version, key id, salt, and the tag of GCM."""

Random = Callable[[int], bytes]


class NotOurs(ValueError):
    """The bytes were not sealed by us, for this purpose, under a key we still have."""


def derive(secret: bytes, *purpose: str) -> bytes:
    """Derive a key of 32 bytes for one purpose from a secret (HKDF with SHA-256, RFC 5869)."""
    info = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in purpose)
    extracted = hmac.digest(b"gatepost", secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


@final
class Seal:
    """Seals with the first of its keys (32 bytes each), opens what any of them sealed."""

    __slots__ = ("_by_id", "_first")

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("a seal needs keys of 32 bytes")
        self._first = keys[0]
        self._by_id = {_key_id(key): key for key in reversed(keys)}

    def close(self, content: bytes, *, bound_to: bytes, random: Random) -> bytes:
        """Seal content. bound_to: where it belongs; it opens nowhere else."""
        salt = random(_SALT)
        key, nonce = _message_key(self._first, salt)
        sealed = AESGCM(key).encrypt(nonce, content, bound_to)
        return _VERSION + _key_id(self._first) + salt + sealed

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Return the content. Raises NotOurs for everything else."""
        if len(sealed) < OVERHEAD or sealed[:1] != _VERSION:
            raise NotOurs("it is no sealed message")
        key = self._by_id.get(sealed[1 : 1 + _KEY_ID])
        if key is None:
            raise NotOurs("it was sealed with a key that is not known")
        message_key, nonce = _message_key(key, sealed[1 + _KEY_ID : _HEAD])
        try:
            return AESGCM(message_key).decrypt(nonce, sealed[_HEAD:], bound_to)
        except InvalidTag:
            raise NotOurs("it was altered, or belongs elsewhere") from None

    def aged(self, sealed: bytes) -> bool:
        """Return whether a message was sealed with another key than the first."""
        return sealed[1 : 1 + _KEY_ID] != _key_id(self._first)


def as_text(sealed: bytes) -> str:
    """Write bytes as unpadded base64url, for cookies and URLs."""
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """Read unpadded base64url in its one spelling. Raises NotOurs."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotOurs("it is not base64url") from None
    if as_text(raw) != text:
        raise NotOurs("it is not in its one spelling")
    return raw


def _key_id(key: bytes) -> bytes:
    return hmac.digest(key, b"key id", hashlib.sha256)[:_KEY_ID]


def _message_key(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    first = hmac.digest(key, salt + b"\x01", hashlib.sha256)
    second = hmac.digest(key, salt + b"\x02", hashlib.sha256)
    return first, second[:12]
