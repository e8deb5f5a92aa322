"""Each plane's configuration as its nodes get it, kept current at the cost of what changed.

The database tells what was written since a version; entities that did not change stay the objects
they were, so that whatever was worked out for them is used again. Documents of people, which may be
long, are not held: ``applying.complete`` reads them.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gatepost.admin.together import OneReading
from gatepost.feed.needs import Publication
from gatepost.model import CATALOG, Entity, Snapshot
from gatepost.plugin.issuers import issuers_of
from gatepost.store.database import Database, UnknownPlane


@dataclass
class _Held:
    """What is known of one plane. version: of the database, -1 before it was read."""

    version: int = -1
    entities: dict[str, dict[str, Entity]] = field(default_factory=dict)
    publication: Publication | None = None


class Live:
    """The configurations of all planes; implements ``feed.needs.Configurations``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[str, _Held] = {}
        self._reading = OneReading(self._read)  # one at a time for each plane

    async def current(self, plane: str) -> Publication | None:
        """Return what the nodes of a plane should run now; None for a plane that is not there."""
        return await self._reading.ask(plane)

    async def issuers(self, plane: str) -> frozenset[str]:
        """Return the issuers that the plugins of a plane name."""
        found = await self.current(plane)
        if found is None:
            return frozenset()
        return frozenset(issuers_of(one.config for one in found.snapshot.plugins))

    async def _read(self, plane: str) -> Publication | None:
        held = self._held.setdefault(plane, _Held())
        try:
            async with self._database.reading(plane) as reader:
                if held.publication is not None and reader.version == held.version:
                    return held.publication
                changes = await reader.changed_since(max(held.version, 0))
                if held.version < 0 or not changes.complete:
                    everything = {kind: await reader.all(kind) for kind in CATALOG}
                    saved = [(kind, one) for kind, all_ in everything.items() for one in all_]
                    held.entities, removed = {}, []
                else:
                    saved, removed = list(changes.saved), list(changes.removed)
                version = reader.version
        except UnknownPlane:
            self._held.pop(plane, None)
            return None
        bodies = [(kind, one.body) for kind, one in saved]
        made = await asyncio.to_thread(_taken, held.entities, bodies, removed)
        held.version = version
        held.publication = Publication(version, made)
        return held.publication


def _lean(kind: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body without its long texts, which nobody needs at hand."""
    long = CATALOG[kind].long
    return {name: value for name, value in body.items() if name not in long} if long else body


def _taken(
    entities: dict[str, dict[str, Entity]],
    saved: Iterable[tuple[str, Mapping[str, Any]]],
    removed: Iterable[tuple[str, str]],
) -> Snapshot:
    for kind, body in saved:
        one = CATALOG[kind].entity.model_validate(_lean(kind, body))
        entities.setdefault(kind, {})[one.id] = one
    for kind, ident in removed:
        entities.get(kind, {}).pop(ident, None)
    kinds: dict[str, Any] = {kind: tuple(held.values()) for kind, held in entities.items()}
    snapshot = Snapshot(**kinds)
    _ = snapshot.hash  # worked out here, where it holds nobody up
    return snapshot
