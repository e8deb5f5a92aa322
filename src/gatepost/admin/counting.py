"""What nodes report of their traffic, written down in three widths before it is acknowledged.

Reports of many nodes are written together: whoever reports waits for the next write, which comes
after a moment in which others may join it.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatepost.admin.charts import KEPT, KINDS, LABELS, Wanted, chart
from gatepost.admin.variety import Variety
from gatepost.feed.packing import broken
from gatepost.store.database import Database, Measure
from gatepost.values import Fault

log = logging.getLogger("gatepost.admin")

_JOIN = 0.25
"""Seconds that a report waits for others."""
_MOST_ROWS = 20_000
_LONGEST = 256
_LATEST = 7200.0
"""Seconds for which a node that was away keeps reports, and more."""
_LABELS = frozenset({"what", *LABELS} - {"node"})


class Counting:
    """Takes reports (``feed.needs.Reports``) and answers charts."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._telemetry = database.telemetry
        self._now = now
        self._variety = Variety()
        self._waiting: dict[str, list[tuple[list[Measure], asyncio.Future[None]]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def take(
        self, plane: str, node: str, boot: str, sequence: int, body: Mapping[str, Any]
    ) -> None:
        """Write a report down; return when it is kept. Raises Fault ``feed.broken``, ``store.…``.

        A report that comes twice through two control planes, because one died between writing and
        acknowledging, is counted twice.
        """
        now = self._now()
        measures = list(
            measures_of(
                node, body, now, lambda labels: self._variety.bounded(plane, node, labels, now)
            )
        )
        if not measures:
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(plane, []).append((measures, kept))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name="write reports")
        await asyncio.shield(kept)

    async def chart(
        self, plane: str, wanted: Wanted, where: Mapping[str, str], node: str | None
    ) -> dict[str, Any]:
        """Return a chart. where: labels that a series must have."""
        begin, end = wanted.span(self._now())
        series = {"what": wanted.what, **where}
        step = wanted.interval.step
        rows = await self._telemetry.query(plane, step, begin, end, series=series, node=node)
        return chart(rows, wanted, self._now())

    async def forget_old(self) -> None:
        """Drop what is older than each step is kept for."""
        for step, seconds in KEPT.items():
            await self._telemetry.prune(step, self._now() - seconds)

    async def stop(self) -> None:
        """Write what is waiting."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write(self) -> None:
        await asyncio.sleep(_JOIN)
        while self._waiting:
            plane = next(iter(self._waiting))  # the one that waits longest: nobody crowds it out
            reports = self._waiting.pop(plane)
            measures = [measure for batch, _ in reports for measure in batch]
            error: Exception | None = None
            try:
                await self._telemetry.add(plane, measures)
            except Exception as failed:  # whoever reported is told, and must not wait for ever
                error = failed
                why = failed if isinstance(failed, Fault) else type(failed).__name__
                log.error("reports of %d nodes could not be kept: %s", len(reports), why)
            for _, kept in reports:
                with contextlib.suppress(asyncio.InvalidStateError):
                    if error is None:
                        kept.set_result(None)
                    else:
                        kept.set_exception(error)


def measures_of(
    node: str,
    body: Mapping[str, Any],
    now: float,
    bounded: Callable[[Mapping[str, str]], Mapping[str, str]] = dict,
) -> Iterator[Measure]:
    """Yield what a report adds, once for each step. bounded: returns the labels that are kept.

    A report without a moment, of the future, or older than what nodes keep to tell it later, is of
    now. Raises Fault(by=OURS) ``feed.broken``.
    """
    rows, at = body.get("rows"), body.get("at")
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        raise broken("a report without rows")
    late = isinstance(at, int | float) and now - _LATEST < at < now
    moment = float(at) if late and isinstance(at, int | float) else now
    added: dict[tuple[tuple[str, str], ...], dict[str, float]] = defaultdict(dict)
    for row in rows:
        labels, counts = _row(row)
        held = added[tuple(sorted(bounded(labels).items()))]
        for name, value in counts.items():
            held[name] = held.get(name, 0.0) + value
    for step in KEPT:
        begin = int(moment) // step * step
        for series, counts in added.items():
            yield Measure(node, step, begin, dict(series), counts)


def _row(row: Any) -> tuple[dict[str, str], dict[str, float]]:
    if not isinstance(row, list) or len(row) != 2 or not all(isinstance(one, dict) for one in row):
        raise broken("a report's row is none")
    labels, counts = row
    texts = all(isinstance(v, str) and len(k) + len(v) < _LONGEST for k, v in labels.items())
    numbers = all(
        isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v < 2**53
        for v in counts.values()
    )
    if not texts or not numbers or labels.get("what") not in KINDS or len(counts) > 32:
        raise broken("a report's row is none")
    # a label that is not known is passed over: the node may be newer
    return {name: text for name, text in labels.items() if name in _LABELS}, counts
