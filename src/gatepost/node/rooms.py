"""The rooms that a node is in: those which the plans of its configuration name.

A room is where nodes that share a Redis tell one another of revocations (see ``outside.Room``).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, final

from gatepost.outside import Follower, Room
from gatepost.plugin import Revocation
from gatepost.values import RedisSettings

CONTROL_PLANE = "the control plane"
"""What it is called where rooms have their names."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a revocation got beyond this node: rooms that were told, and rooms that are away.

    control_plane: whether the control plane was told; None for a node that has none.
    """

    told: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    control_plane: bool | None = None

    def __str__(self) -> str:
        beyond = [CONTROL_PLANE] if self.control_plane else []
        if self.told:
            beyond.append(f"{len(self.told)} room{'s' if len(self.told) > 1 else ''}")
        words = ", ".join(["this node", *beyond[:-1]])
        words += f" and {beyond[-1]}" if beyond else " only"
        away = ([CONTROL_PLANE] if self.control_plane is False else []) + [*self.away]
        if away:
            back = "they are" if len(away) > 1 else "it is"
            words += f"; away, and told when {back} back: {', '.join(away)}"
        return words


class Teller(Protocol):
    """The control plane, as one who is told of revocations."""

    @property
    def connected(self) -> bool:
        """Whether it would hear now."""
        ...

    async def tell(self, revocations: Sequence[Revocation]) -> bool:
        """Tell it; return whether it keeps them. One that is away is told when it is back."""
        ...


@final
class Rooms:
    """All of them, followed while the configuration wants them; and the control plane beside them,
    where the node has one.
    """

    def __init__(self, control_plane: Teller | None = None) -> None:
        self._rooms: dict[RedisSettings, Room] = {}
        self._control_plane = control_plane

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
        """Tell every room and the control plane, but for one; return which were told."""
        rooms = [room for room in self._rooms.values() if room.name != but]
        above = self._control_plane if but != CONTROL_PLANE else None
        to_all: list[Teller | Room] = [*rooms, *([above] if above is not None else [])]
        done = await asyncio.gather(*(one.tell(revocations) for one in to_all))
        return Reach(
            told=tuple(room.name for room, told in zip(rooms, done, strict=False) if told),
            away=tuple(room.name for room, told in zip(rooms, done, strict=False) if not told),
            control_plane=done[-1] if above is not None else None,
        )

    @property
    def reach(self) -> Reach:
        """Which rooms would be told now."""
        rooms = self._rooms.values()
        return Reach(
            told=tuple(room.name for room in rooms if room.connected),
            away=tuple(room.name for room in rooms if not room.connected),
            control_plane=self._control_plane.connected if self._control_plane else None,
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
