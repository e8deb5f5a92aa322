"""Revoking on this node, in the order that makes the answer true.

First the log, synced; then every authorizer, so that no new decision is made; then the engine
forgets what it remembers; then the rooms, so that other nodes do the same; then the asker is told.
A process that does not take a revocation is replaced: what comes up in its place has it from the
start. A room that is away is told when it is back.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from gatepost.node.revocation_log import RevocationLog
from gatepost.node.rooms import CONTROL_PLANE, Reach, Rooms
from gatepost.outside import Coverage, heard
from gatepost.plugin import Ending, Revocation
from gatepost.plugin.revocation_wish import Wish
from gatepost.values import By, Fault, Tag

log = logging.getLogger("gatepost.node")

_BATCH = 500
"""Revocations of a room that are taken in one go: a process has seconds to take them."""


class Taker(Protocol):
    """Whoever must know of a revocation before it counts as done."""

    async def take(self, revocations: Sequence[Revocation]) -> None:
        """Return when none of its later answers can miss them."""
        ...


class Forgetful(Taker, Protocol):
    """One who remembers decisions."""

    async def forget(self) -> None:
        """Drop everything that is remembered."""
        ...


class Done(NamedTuple):
    """What was revoked, as the log holds it, and how far it got beyond this node."""

    entries: list[dict[str, Any]]
    reach: Reach


class Revoking:
    """The node's revocations: the log, and who has to hear of a new one."""

    def __init__(
        self,
        log: RevocationLog,
        *,
        authorizers: Taker,
        engine: Forgetful,
        rooms: Rooms,
        issuers: Callable[[], Collection[str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._authorizers = authorizers
        self._engine = engine
        self._rooms = rooms
        self._issuers = issuers
        self._now = now
        self._writing = asyncio.Lock()
        self._known = Coverage(self.live())
        self._look_again = 2 * self._known.size + _BATCH

    def live(self) -> tuple[Revocation, ...]:
        """Return what can still concern something, oldest first."""
        return self._log.live(self._now())

    def since(self, number: int) -> tuple[Revocation, ...]:
        """Return the live revocations after that number."""
        return tuple(entry for entry in self.live() if entry.number > number)

    @property
    def last(self) -> int:
        """The number of the latest revocation."""
        return self._log.last

    async def revoke(self, wish: Wish) -> Done:
        """Revoke what a person wishes; return once it bites on this node and rooms were told.

        Raises Fault(by=OURS) ``revocation.not_kept`` when the disk refuses, and Fault(by=CLIENT).
        """
        now = self._now()
        return await self._apply(wish.tags(self._issuers(), now), wish.who, wish.why)

    async def end(self, endings: Sequence[Ending], why: str) -> Done:
        """Revoke what a policy ends, such as a session; as ``revoke``."""
        return await self._apply(endings, "a policy", why)

    async def forget(self, tags: Collection[Tag], why: str) -> None:
        """Drop decisions that rest on facts of ours that changed. Nothing is logged: the new
        configuration says the same after a restart.
        """
        now = self._now()
        entries = [
            Revocation(self.last, tag, now, now + 600.0, "", why)
            for tag in sorted(tags, key=lambda tag: (tag.kind, tag.parts))
        ]
        if entries:
            await self._authorizers.take(entries)
            await self._engine.take(entries)

    async def hear(self, room: str, revocations: Sequence[Revocation]) -> int:
        """Take what a room told as if it was revoked here; return how many of it were news.

        Other rooms are told, this one is not. Raises Fault(by=OURS) ``revocation.not_kept``; what
        could not be written bites until the next restart.
        """
        count = 0
        for begin in range(0, len(revocations), _BATCH):
            entries = await self._write(revocations[begin : begin + _BATCH], room)
            if entries:
                await self._take(entries)
                await self._rooms.tell(entries, but=room)
                count += len(entries)
        if count:
            log.info("%d revocations came through %s", count, room)
        return count

    async def gap(self, room: str, why: str) -> None:
        """Forget every decision: some of them may rest on what was revoked unheard."""
        log.warning("everything remembered is forgotten: %s: %s", room, why)
        await self._engine.forget()

    async def _apply(self, endings: Sequence[Ending], who: str, why: str) -> Done:
        now = self._now()
        entries = await self._write(
            [Revocation(0, tag, now, until, who, why) for tag, until in endings]
        )
        await self._take(entries)
        reach = await self._rooms.tell(entries)
        return Done([entry.to_json() for entry in entries], reach)

    async def _write(
        self, revocations: Sequence[Revocation], room: str | None = None
    ) -> Sequence[Revocation]:
        """Write what was revoked here, or what is news of that which a room told."""
        async with self._writing:  # one writer; telling the others need not wait for the next
            if room is not None:
                revocations = self._news(revocations, room)
                if not revocations:
                    return ()
            try:
                entries = await asyncio.to_thread(self._log.add, revocations, self._now())
            except OSError as error:
                if room is not None:  # it is told again until it can be written
                    await self._take([replace(one, number=self.last) for one in revocations])
                raise Fault(
                    "revocation.not_kept",
                    "The revocation could not be written to disk, so nothing was revoked.",
                    by=By.OURS,
                    cause=error.strerror,
                    retry_after=1,
                ) from error
            self._remember(entries)
        return entries

    async def _take(self, entries: Sequence[Revocation]) -> None:
        await self._authorizers.take(entries)
        await self._engine.take(entries)

    def _news(self, revocations: Sequence[Revocation], room: str) -> list[Revocation]:
        """Return those that say what is not known here, each once."""
        fresh, news = Coverage(), []
        for one in revocations:
            if not self._known.covers(one) and not fresh.covers(one):
                fresh.add(one)
                news.append(_from_above(one) if room == CONTROL_PLANE else heard(one, room))
        return news

    def _remember(self, entries: Sequence[Revocation]) -> None:
        for one in entries:
            self._known.add(one)
        if self._known.size > self._look_again:  # much of it may have expired
            self._known = Coverage(self.live())
            self._look_again = 2 * self._known.size + _BATCH


def _from_above(one: Revocation) -> Revocation:
    return replace(one, why=f"{one.why} (through {CONTROL_PLANE})")
