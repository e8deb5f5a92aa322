"""The rooms that a node is in: those which the plans of its configuration name.

A room is where nodes that share a Redis tell one another of revocations (see ``outside.Room``).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

from gatepost.outside import Follower, Room
from gatepost.plugin import Revocation
from gatepost.values import RedisSettings


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a revocation got beyond this node: rooms that were told, and rooms that are away."""

    told: tuple[str, ...] = ()
    away: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.told:
            words = "this node only"
        else:
            words = f"this node and {len(self.told)} room{'s' if len(self.told) > 1 else ''}"
        if self.away:
            back = "they are" if len(self.away) > 1 else "it is"
            words += f"; away, and told when {back} back: {', '.join(self.away)}"
        return words


@final
class Rooms:
    """All of them, followed while the configuration wants them."""

    def __init__(self) -> None:
        self._rooms: dict[RedisSettings, Room] = {}

    async def want(self, wanted: Iterable[RedisSettings], node: Follower) -> None:
        """Follow these rooms from now on, and no others."""
        chosen = _distinct(wanted)
        gone = [self._rooms.pop(settings) for settings in [*self._rooms] if settings not in chosen]
        for settings in chosen:
            if settings not in self._rooms:
                room = self._rooms[settings] = Room(settings, node)
                room.start()
        for room in gone:
            await room.close()

    @contextlib.asynccontextmanager
    async def between(
        self, old: Iterable[RedisSettings], new: Iterable[RedisSettings], node: Follower
    ) -> AsyncIterator[None]:
        """Follow the new ones before they are needed, the old ones until they are not.

        Where the block fails, the old ones stay.
        """
        before, after = frozenset(old), frozenset(new)
        await self.want(before | after, node)
        await self.tried()
        wanted = before
        try:
            yield
            wanted = after
        finally:
            await self.want(wanted, node)

    async def tried(self, patience: float = 3.0) -> None:
        """Wait until each room was joined, or was found to be away."""
        waits = [asyncio.ensure_future(room.tried.wait()) for room in self._rooms.values()]
        if waits:
            _, late = await asyncio.wait(waits, timeout=patience)
            for wait in late:
                wait.cancel()

    async def tell(self, revocations: Sequence[Revocation], *, but: str | None = None) -> Reach:
        """Tell every room, but for one; return which were told."""
        rooms = [room for room in self._rooms.values() if room.name != but]
        done = await asyncio.gather(*(room.tell(revocations) for room in rooms))
        return Reach(
            told=tuple(room.name for room, told in zip(rooms, done, strict=True) if told),
            away=tuple(room.name for room, told in zip(rooms, done, strict=True) if not told),
        )

    @property
    def reach(self) -> Reach:
        """Which rooms would be told now."""
        rooms = self._rooms.values()
        return Reach(
            told=tuple(room.name for room in rooms if room.connected),
            away=tuple(room.name for room in rooms if not room.connected),
        )

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def status(self) -> list[dict[str, Any]]:
        """Return what the status API shows of each."""
        return [
            {
                "name": room.name,
                "connected": room.connected,
                "since": round(room.since, 3),
                "last": room.last,
                "heard": room.heard,
                "problem": room.problem,
            }
            for room in self._rooms.values()
        ]

    async def close(self) -> None:
        """Follow none any longer."""
        rooms = [*self._rooms.values()]
        self._rooms.clear()
        await asyncio.gather(*(room.close() for room in rooms))


def _distinct(wanted: Iterable[RedisSettings]) -> set[RedisSettings]:
    """Return the settings of each room once, though plans may be patient with it in other ways."""
    found: dict[RedisSettings, RedisSettings] = {}
    for settings in sorted(wanted, key=repr):
        place = replace(settings, pool=1, connect_timeout=1, read_timeout=1, send_timeout=1)
        found.setdefault(place, settings)
    return set(found.values())
