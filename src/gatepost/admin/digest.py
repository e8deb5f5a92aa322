"""One short text for all that nodes get: equal where all of these entities are equal."""

import hashlib
import json

from gatepost.model import TRAVELLING, Snapshot

EMPTY = "0" * 32
"""The digest of a configuration with nothing in it, as Kong has it."""

_TIMES = {"created_at", "updated_at"}


def digest(snapshot: Snapshot) -> str:
    """Return 32 hexadecimal digits: of everything but the times of writing, which say nothing
    about what a configuration does.
    """
    content = hashlib.sha256()
    empty = True
    for kind in TRAVELLING:
        for one in sorted(getattr(snapshot, kind), key=lambda entity: entity.id):
            empty = False
            body = one.model_dump(exclude=_TIMES)
            content.update(f"{kind} {json.dumps(body, sort_keys=True)}\n".encode())
    return EMPTY if empty else content.hexdigest()[:32]
