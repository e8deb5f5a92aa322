"""What a remembered decision rests on, named so that it can be revoked.

A tag is a kind and its parts. Only its digest leaves the process: HMAC-SHA-256 under the node's
secret, never truncated, over an unambiguous encoding (each part with its length).
"""

import functools
import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from gatepost.values.mac import mac_of


class TagKind(StrEnum):
    """What can be revoked. The comment gives the parts."""

    ISSUER = "issuer"  # issuer
    SUBJECT = "subject"  # issuer, subject
    SESSION = "session"  # issuer, sid
    LOGIN = "login"  # issuer, "sid", sid; or issuer, "sub", subject, client id: what a logout ends
    TOKEN_ID = "token-id"  # issuer, jti
    TOKEN = "token"  # SHA-256 (hex) of the token's signed part, or of an opaque token
    CLIENT = "client"  # issuer, client id
    CONSUMER = "consumer"  # consumer id
    LOOKUP = "lookup"  # field, value: a consumer or group that was looked for
    KEY = "key"  # issuer, kid
    PLUGIN = "plugin"  # plugin instance id


class Tag(NamedTuple):  # built and compared several times for each request, so a tuple
    """One thing a decision rests on."""

    kind: TagKind
    parts: tuple[str, ...]

    def digest(self, secret: bytes) -> bytes:
        """Return 32 bytes that stand for this tag on this node."""
        return _digest(secret, self.kind, self.parts)

    @staticmethod
    def of(kind: TagKind, *parts: str) -> "Tag":
        """Build a tag from its parts."""
        return Tag(kind, parts)

    @staticmethod
    def token(text: str) -> "Tag":
        """Build the tag of a token: a JWT by header and payload, so that no spelling of its
        signature escapes a revocation (ECDSA signatures are malleable); any other by its text.
        """
        signed = text.rpartition(".")[0] if text.count(".") == 2 else text
        return Tag(TagKind.TOKEN, (hashlib.sha256(signed.encode()).hexdigest(),))


def digests(tags: Iterable[Tag], secret: bytes) -> bytes:
    """Return the digests of all tags, 32 bytes each, in order."""
    return b"".join([_digest(secret, kind, parts) for kind, parts in tags])


@functools.lru_cache(maxsize=4096)  # issuers, clients and keys come with every request
def _digest(secret: bytes, kind: TagKind, parts: tuple[str, ...]) -> bytes:
    encoded = b""
    for part in (kind, *parts):
        data = part.encode("utf-8", "surrogatepass")
        encoded += len(data).to_bytes(4, "big") + data
    return mac_of(secret).digest(encoded)
