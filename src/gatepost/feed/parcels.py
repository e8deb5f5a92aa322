"""Configurations packed for the way: once for all nodes, and as differences where that is less."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from gatepost.feed.difference import difference
from gatepost.feed.needs import Publication
from gatepost.feed.packing import pack

_KEPT = 8
"""Publications of one plane that differences are made to."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One configuration, packed. base: see ``messages.Offer``. plain: bytes when unpacked."""

    publication: Publication
    base: str
    plain: int
    data: bytes = field(repr=False)


class Parcels:
    """Those of one plane. clock: seconds; how old a publication is counts from its first notice."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[Publication, float]] = OrderedDict()
        self._packed: OrderedDict[tuple[str, str], asyncio.Task[Parcel]] = OrderedDict()

    def notice(self, publication: Publication) -> None:
        """Take note of what is published now."""
        _, seen = self._known.get(publication.hash, (None, self._clock()))
        self._known[publication.hash] = publication, seen
        self._known.move_to_end(publication.hash)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def age(self, publication: Publication) -> float:
        """Return the seconds since it was first noticed."""
        _, seen = self._known.get(publication.hash, (None, self._clock()))
        return self._clock() - seen

    async def parcel(self, publication: Publication, has: str) -> Parcel:
        """Return what takes a node from the configuration with the hash ``has`` to this one."""
        base = has if has in self._known and has != publication.hash else ""
        task = self._packed.get((base, publication.hash))
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            work = asyncio.to_thread(self._pack, publication, base)
            task = asyncio.create_task(work, name="pack a configuration")
            self._packed[base, publication.hash] = task
            while len(self._packed) > _KEPT:
                self._packed.popitem(last=False)
        return await asyncio.shield(task)  # others wait for it too

    def _pack(self, publication: Publication, base: str) -> Parcel:
        if base:
            known = self._known.get(base)
            found = difference(known[0].snapshot, publication.snapshot) if known else None
            if found is not None and len(found) < len(publication.data) // 2:
                return Parcel(publication, base, len(found), pack(found))
        return Parcel(publication, "", len(publication.data), pack(publication.data))
