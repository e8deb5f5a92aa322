"""Ids for entities that came without one: UUIDv5 of the kind and the name, as Kong derives them.

The namespaces are those of Kong's own tools, so the same file has the same ids here and there
(RFC 9562, 5.5). Kinds are the plural names of the file: ``services``, ``routes``, ...
"""

import hashlib
import uuid
from functools import cache

_KONG = uuid.UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5")


@cache
def _namespace(kind: str) -> uuid.UUID:
    return uuid.uuid5(_KONG, kind)


def derived_id(kind: str, key: str) -> str:
    """Return the id of an entity of this kind that is known by this key; always the same."""
    # as uuid.uuid5 does it, without an object for each of ten thousand routes
    digest = hashlib.sha1(_namespace(kind).bytes + key.encode(), usedforsecurity=False).digest()
    made = bytearray(digest[:16])
    made[6] = (made[6] & 0x0F) | 0x50
    made[8] = (made[8] & 0x3F) | 0x80
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
