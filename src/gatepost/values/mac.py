"""HMAC-SHA-256 (RFC 2104) under one secret, with the work that is equal every time done once.

The library's own one-shot function spends most of its time on looking the algorithm up.
"""

import functools
import hashlib
from typing import final

_BLOCK = 64


@final
class Mac:
    """Digests of 32 bytes under a secret."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        key = hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret
        key = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def digest(self, data: bytes) -> bytes:
        """Return the HMAC of the data."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()


def control_word(secret: bytes) -> str:
    """Return what the agent shows an authorizer whose socket others may reach: 64 hex digits.

    Whoever may ask questions there must not be able to say who the consumers are.
    """
    return Mac(secret).digest(b"gatepost: the agent speaks").hex()


@functools.lru_cache(maxsize=8)
def mac_of(secret: bytes) -> Mac:
    """Return the Mac of a secret; a process has one or two of them."""
    return Mac(secret)
