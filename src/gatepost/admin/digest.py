"""One short text for all of a configuration: equal where all entities are equal."""

import hashlib
import json
from dataclasses import dataclass, field

from gatepost.model import CATALOG
from gatepost.store.database import Reader

EMPTY = "0" * 32
"""The digest of a configuration with nothing in it, as Kong has it."""

_TIMES = ("created_at", "updated_at")


@dataclass(slots=True)
class Digests:
    """Works the digest of each plane out once for each of its versions."""

    _known: dict[str, tuple[int, str]] = field(default_factory=dict)

    async def of(self, reader: Reader) -> str:
        """Return 32 hexadecimal digits: of everything but the times of writing, which say nothing
        about what a configuration does.
        """
        version, known = self._known.get(reader.plane, (-1, ""))
        if version != reader.version:
            known = await _digest(reader)
            self._known[reader.plane] = reader.version, known
        return known


async def _digest(reader: Reader) -> str:
    content = hashlib.sha256()
    empty = True
    for kind in CATALOG:
        for one in await reader.all(kind):
            empty = False
            body = {name: value for name, value in one.body.items() if name not in _TIMES}
            content.update(f"{kind} {json.dumps(body, sort_keys=True)}\n".encode())
    return EMPTY if empty else content.hexdigest()[:32]
