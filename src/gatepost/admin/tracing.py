"""Traces of requests that nodes tell of: written down together, the newest of each plane kept.

Nobody waits for them, and they are the first to give way: while the database is away, or when more
comes than can be written, the oldest are dropped.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatepost.feed.traced import Entry, read_entry
from gatepost.store.database import Database, Traced
from gatepost.values import Fault

log = logging.getLogger("gatepost.admin")

KEPT = 10_000
"""Traces of a plane that are kept."""
KEPT_SECONDS = 86_400.0
_JOIN = 0.5
"""Seconds that traces wait for others."""
_WAITING = 2_000
"""Traces of a plane that wait to be written."""
_SPARE = 500
"""Traces by which a plane may have more than are kept, before the oldest are dropped."""
_AHEAD = 60.0
"""Seconds by which the clock of a node may be ahead."""


class Tracing:
    """Takes traces (``feed.needs.Traces``). now: seconds since 1970."""

    def __init__(self, database: Database, now: Callable[[], float], kept: int = KEPT) -> None:
        self._traces = database.traces
        self._now = now
        self._kept = kept
        self._waiting: dict[str, deque[Traced]] = {}
        self._added: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def take(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Keep traces soon; what is malformed is passed over."""
        waiting = self._waiting.setdefault(plane, deque(maxlen=_WAITING))
        now = self._now()
        for entry in map(read_entry, entries):
            if entry is not None and now - KEPT_SECONDS < entry.at < now + _AHEAD:
                waiting.append(_traced(node, entry, min(entry.at, now)))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name="write traces")

    async def forget_old(self) -> None:
        """Drop what is older than a day."""
        await self._traces.prune(self._now() - KEPT_SECONDS)

    async def stop(self) -> None:
        """Write what is waiting."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write(self) -> None:
        await asyncio.sleep(_JOIN)
        while self._waiting:
            plane = next(iter(self._waiting))
            some = list(self._waiting.pop(plane))
            try:
                await self._keep(plane, some)
            except Exception as error:  # a trace is worth less than whatever else fails
                why = error if isinstance(error, Fault) else type(error).__name__
                log.error("%d traces could not be kept: %s", len(some), why)

    async def _keep(self, plane: str, some: list[Traced]) -> None:
        await self._traces.add(plane, some)
        added = self._added.get(plane, _SPARE) + len(some)  # at the first of all: look
        if added >= _SPARE:
            await self._traces.keep_newest(plane, self._kept)
            added = 0
        self._added[plane] = added


def _traced(node: str, entry: Entry, at: float) -> Traced:
    found = {
        "route": entry.route,
        "service": entry.service,
        "consumer": entry.consumer,
        "outcome": entry.outcome,
        "code": entry.code,
        "status": entry.status,
        "mark": entry.mark,
    }
    return Traced(
        entry.id, node, at, found, entry.summary(), entry.detail, ended=entry.seconds is not None
    )
