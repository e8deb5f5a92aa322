"""Entities of the reading before, so that one changed route does not validate ten thousand again.

Rules of the file: an entity is reused only for exactly what was written (``true`` is not ``1``),
with its references already turned into ids, and at most once in a reading, so that what stands
twice is still two. What depends on anything but the entity itself is never kept.
"""

import marshal
from collections.abc import Callable
from typing import Any

from gatepost.model import KINDS, Entity

_PLAIN = 0  # marshal's first format: the same value is the same bytes, whatever else refers to it

Key = tuple[str, bytes]


class Reuse:
    """What the last good reading made. Give the same one to each ``read``; for one thread."""

    def __init__(self) -> None:
        self._check: Callable[..., Any] | None = None
        self._known: dict[Key, Entity] = {}
        self._left: dict[Key, Entity] = {}
        self._now: dict[Key, Entity] = {}
        self._passed: set[int] = set()

    def begin(self, check: Callable[..., Any] | None) -> None:
        """Start a reading. check: judges plugins; nothing is kept from under another one."""
        if check is not self._check:
            self._check, self._known = check, {}
        self._left, self._now, self._passed = dict(self._known), {}, set()

    def entity(self, kind: str, raw: dict[str, Any]) -> Entity:
        """Return the entity for these plain values. Raises pydantic's ValidationError."""
        key = (kind, marshal.dumps(raw, _PLAIN))
        found = self._left.pop(key, None)
        if found is None:
            found = KINDS[kind].model_validate(raw)
        else:
            self._passed.add(id(found))
        self._now[key] = found
        return found

    def passed(self, entity: Entity) -> bool:
        """Return whether this entity was in a file without mistakes before, as it is now."""
        return id(entity) in self._passed

    def done(self, good: bool) -> None:
        """End a reading. good: it had no mistake; otherwise what was known stays."""
        if good:
            self._known = self._now
        self._left, self._now, self._passed = {}, {}, set()
