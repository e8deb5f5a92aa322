"""Revoking on this node, in the order that makes the answer true.

First the log, synced; then every authorizer, so that no new decision is made; then the engine
forgets what it remembers; then the asker is told. A process that does not take a revocation is
replaced: what comes up in its place has it from the start.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from gatepost.node.revocation_log import RevocationLog
from gatepost.node.revocation_request import Wish
from gatepost.plugin import Revocation
from gatepost.values import By, Fault, Tag


class Taker(Protocol):
    """Whoever must know of a revocation before it counts as done."""

    async def take(self, revocations: Sequence[Revocation]) -> None:
        """Return when none of its later answers can miss them."""
        ...


class Revoking:
    """The node's revocations: the log, and who has to hear of a new one."""

    def __init__(
        self,
        log: RevocationLog,
        *,
        authorizers: Taker,
        engine: Taker,
        issuers: Callable[[], Collection[str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._authorizers = authorizers
        self._engine = engine
        self._issuers = issuers
        self._now = now
        self._writing = asyncio.Lock()

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

    async def revoke(self, wish: Wish) -> list[dict[str, Any]]:
        """Revoke and return the entries once they bite on this node.

        Raises Fault(by=OURS) ``revocation.not_kept`` when the disk refuses, and Fault(by=CLIENT).
        """
        now = self._now()
        return await self._apply(wish.tags(self._issuers(), now), wish.who, wish.why)

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

    async def _apply(
        self, tags: Sequence[tuple[Tag, float]], who: str, why: str
    ) -> list[dict[str, Any]]:
        async with self._writing:  # one writer; telling the others need not wait for the next
            try:
                entries = await asyncio.to_thread(
                    self._log.append, tags, now=self._now(), who=who, why=why
                )
            except OSError as error:
                raise Fault(
                    "revocation.not_kept",
                    "The revocation could not be written to disk, so nothing was revoked.",
                    by=By.OURS,
                    cause=error.strerror,
                    retry_after=1,
                ) from error
        await self._authorizers.take(entries)
        await self._engine.take(entries)
        return [entry.to_json() for entry in entries]
