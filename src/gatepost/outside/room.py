"""A room: revocations that the nodes which share a Redis tell one another.

A node that comes in reads everything that holds there and writes what it knows and the room does
not, so that a room that was emptied is whole again as soon as its nodes are back. From then on it
follows the news. Where it cannot prove that it heard everything, it says so: a gap.

Nothing here stops a node: a room that is away is tried again and again.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, final

from gatepost.outside.coverage import Coverage
from gatepost.outside.redis_client import RedisClient
from gatepost.outside.room_words import (
    FIELD,
    JOIN,
    PROVE,
    TELL,
    keys_of,
    read_members,
    told,
)
from gatepost.plugin import Revocation
from gatepost.values import Fault, RedisSettings

log = logging.getLogger("gatepost.outside")

_BLOCK = 1.0
"""Seconds that one look for news waits at the server; in between, the room itself is looked at."""
_TELL = 2.0
"""Seconds that telling takes at most: somebody waits for it."""
_FIRST, _MOST = 0.1, 5.0
"""Seconds between two attempts: doubling from the first to the most."""
_CALM = 10.0
"""Seconds after which a room that is followed counts as one that lasts."""
_CONNECTIONS = 4


class Follower(Protocol):
    """Who follows a room."""

    def live(self) -> Sequence[Revocation]:
        """Return what is revoked here."""
        ...

    async def hear(self, room: str, revocations: Sequence[Revocation]) -> int:
        """Take what a room told; return how many of it were news. Fault when it could not."""
        ...

    async def gap(self, room: str, why: str) -> None:
        """Forget what may rest on something that was revoked unheard."""
        ...


class _Torn(Exception):
    """The room is not the one that was followed until now."""


@final
class Room:
    """One room, followed from ``start`` to ``close``.

    connected: whether it is there. since: wall seconds of the last change of that. last: the entry
    that was read last. problem: why it is away. heard: how many revocations came from it that were
    news. tried: set once it was tried for the first time.
    """

    def __init__(
        self, settings: RedisSettings, node: Follower, *, now: Callable[[], float] = time.time
    ) -> None:
        self.settings = settings
        self.name = name_of(settings)
        self.connected = False
        self.since = now()
        self.last = "0-0"
        self.problem: str | None = None
        self.heard = 0
        self.tried = asyncio.Event()
        self._node = node
        self._now = now
        self._keys = keys_of(settings.prefix)
        patient = replace(settings, read_timeout=settings.read_timeout + _BLOCK, pool=_CONNECTIONS)
        self._client = RedisClient(patient)
        self._epoch = ""
        self._server: str | None = None
        self._failures = 0
        self._untold = False
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow the room."""
        self._closing = False
        self._task = asyncio.create_task(self._run(), name=f"follow {self.name}")

    async def close(self) -> None:
        """Follow it no longer, and close the connections."""
        self._closing, self.connected = True, False
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._client.close()

    async def _run(self) -> None:
        torn: str | None = None
        while not self._closing:
            try:
                await self._come_in(torn)
                torn = None
                await self._follow()
            except _Torn as why:
                torn = str(why)
                self._failures += 1
            except Fault as fault:
                self._lost(fault.message, fault.cause)
            except Exception as error:  # a surprise must not end it: the node would hear no more
                self._lost("The room cannot be followed.", type(error).__name__)
            self.tried.set()
            await asyncio.sleep(self._pause())

    async def tell(self, revocations: Sequence[Revocation]) -> bool:
        """Write revocations into the room; return whether they are there.

        A room that is away is told when it is back.
        """
        if not self.connected:
            return False
        try:
            async with asyncio.timeout(_TELL):
                await self._write(revocations)
        except (Fault, TimeoutError):
            self._untold = True
            return False
        return True

    # -- coming in

    async def _come_in(self, torn: str | None) -> None:
        fresh = str(10**15 + secrets.randbelow(8 * 10**15))
        words = (fresh, self._epoch, self.last)
        epoch, last, proven = await self._client.script(JOIN, self._keys, *words)
        server = await self._server_id()
        why = torn or self._gap(bool(proven), server)
        there = await self._everything()
        await self._hear(there)
        if why is not None:
            await self._node.gap(self.name, why)
        self._epoch, self.last, self._server = _text(epoch), _text(last), server
        # From here on whoever revokes tells the room; what was revoked before is looked for below.
        self.connected, self.since, self.problem = True, self._now(), None
        await self._heal(there)
        self.tried.set()
        log.info("room %s: joined, %d revocations are known there", self.name, len(there))

    def _gap(self, proven: bool, server: str | None) -> str | None:
        """Return why something may have been missed, or None."""
        if not self._epoch:
            # Until now nothing was heard at all. Only who was let wait can have decided meanwhile.
            return "it could not be reached until now" if self._failures else None
        if self._server is not None and server not in {None, self._server}:
            return "another server answers"
        return None if proven else "it was emptied, or its news go back less far than ours"

    async def _everything(self) -> list[Revocation]:
        members: dict[bytes, None] = {}
        cursor: Any = 0
        while True:
            cursor, pairs = await self._client.run("ZSCAN", self._keys[0], cursor, "COUNT", 1000)
            members.update((bytes(member), None) for member, _ in pairs)
            if int(cursor) == 0:
                return self._read(members)

    async def _heal(self, there: Iterable[Revocation]) -> None:
        self._untold = False
        known = Coverage(there)
        lacking = [one for one in self._node.live() if not known.covers(one)]
        if lacking:
            await self._write(lacking)
            log.info("room %s: told of %d revocations that it lacked", self.name, len(lacking))

    async def _server_id(self) -> str | None:
        """Return which server answers; None where that says nothing, or is not told to us."""
        if self.settings.cluster_nodes:
            return None
        try:
            about = await self._client.run("INFO", "server")
        except Fault:
            return None
        return str(about.get("run_id")) if isinstance(about, dict) else None

    # -- following

    async def _follow(self) -> None:
        began = time.monotonic()
        while not self._closing:  # also where something swallowed that we are cancelled
            look = ("XREAD", "BLOCK", int(_BLOCK * 1000), "COUNT", 500)
            found = await self._client.run(*look, "STREAMS", self._keys[1], self.last)
            entries = found[0][1] if found else []
            members = (held[FIELD] for _, held in entries if FIELD in held)
            await self._hear(self._read(members))
            if entries:
                self.last = _text(entries[-1][0])
            if self._untold:
                await self._heal(await self._everything())
            if not await self._client.script(PROVE, self._keys, self._epoch, self.last):
                raise _Torn("it was emptied, or news came faster than they were read")
            if time.monotonic() - began > _CALM:
                self._failures = 0

    async def _hear(self, revocations: Sequence[Revocation]) -> None:
        now = self._now()
        live = [one for one in revocations if one.expires is None or one.expires > now]
        if live:
            self.heard += await self._node.hear(self.name, live)

    async def _write(self, revocations: Sequence[Revocation]) -> None:
        for words in told(revocations):
            await self._client.script(TELL, self._keys, *words)

    def _read(self, members: Iterable[bytes]) -> list[Revocation]:
        found, bad = read_members(members)
        if bad:
            log.warning("room %s: %d entries there are no revocations", self.name, bad)
        return found

    def _lost(self, problem: str, cause: str | None) -> None:
        if self.connected or not self.tried.is_set():
            log.warning("room %s is away: %s (%s); it is tried again", self.name, problem, cause)
        if self.connected:
            self.connected, self.since = False, self._now()
        self.problem = problem
        self._failures += 1

    def _pause(self) -> float:
        longest = min(_MOST, _FIRST * 2.0 ** min(self._failures, 10))
        return longest * (0.5 + secrets.randbelow(500) / 1000)  # not all nodes at one moment


def name_of(settings: RedisSettings) -> str:
    """Return how logs, metrics and people call the room in a Redis."""
    database = f" database {settings.database}" if settings.database else ""
    return f"{settings.name}{database} {settings.prefix}"


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
