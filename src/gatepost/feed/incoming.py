"""What nodes send up: revocations made at a node and reports, each once, and traces.

A node is believed about its plane. What it revokes is bounded in size and number all the same, so
that one that somebody else has taken over cannot fill the database that all planes share.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from gatepost.feed.allowance import Allowance
from gatepost.feed.messages import plain
from gatepost.feed.needs import Reports, Traces
from gatepost.feed.packing import broken
from gatepost.plugin import Revocation

_REMEMBERED = 10_000
_STOCK, _RATE = 20_000.0, 5.0
"""Revocations that a node may tell at once, and in each second of the long run."""
_PATIENCE = 20.0
"""Seconds that a node is kept waiting that told too many; beyond, its connection is ended."""
_TRACES, _TRACE_RATE = 1000.0, 200.0
"""Traces that are taken of a node at once, and in each second of the long run."""
_PARTS = 4
_LONGEST = 8192
"""Characters of one revocation."""

Append = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[object]]


class Incoming:
    """append: writes revocations of a plane and lets its nodes know. now: monotonic seconds."""

    def __init__(
        self,
        append: Append,
        reports: Reports,
        traces: Traces | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._append = append
        self._reports = reports
        self._traces = traces
        self._recent: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._taken: OrderedDict[tuple[str, str, str], int] = OrderedDict()
        self._allowance = Allowance(_STOCK, _RATE, now)
        self._trace_allowance = Allowance(_TRACES, _TRACE_RATE, now)

    async def revoked(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Take what was revoked at a node; what another node told already is passed over.

        Raises Fault(by=OURS) ``feed.broken`` for what is no revocation, and for too many.
        """
        fresh: dict[tuple[object, ...], dict[str, Any]] = {}
        for entry in entries:
            try:
                one = _bounded(Revocation.from_json({**entry, "number": 0}))
            except (ValueError, OverflowError) as error:
                raise broken(str(error)) from None
            key = (plane, one.tag, one.not_before, one.expires)
            if key not in self._recent:
                fresh[key] = plain(one.to_json())
        if fresh:
            pause = self._allowance.wait_for((plane, node), len(fresh))
            if pause > _PATIENCE:
                raise broken("it revokes more than a node is believed")
            await asyncio.sleep(pause)
            await self._append(plane, list(fresh.values()))
            self._recent.update(dict.fromkeys(fresh))
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)

    async def report(
        self, plane: str, node: str, boot: str, sequence: int, body: Mapping[str, Any]
    ) -> None:
        """Take a report; one that was taken before is passed over."""
        if sequence <= self._taken.get((plane, node, boot), 0):
            return
        await self._reports.take(plane, node, boot, sequence, body)
        self._taken[plane, node, boot] = sequence
        self._taken.move_to_end((plane, node, boot))
        while len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    def traces(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Take traces, unless it sends too many: those are passed over."""
        late = self._trace_allowance.wait_for((plane, node), len(entries))
        if self._traces is not None and not late:
            self._traces.take(plane, node, entries)


def _bounded(one: Revocation) -> Revocation:
    """Return a revocation that every node can take. Raises ValueError."""
    size = sum(map(len, (*one.tag.parts, one.who, one.why)))
    if len(one.tag.parts) > _PARTS or size > _LONGEST:
        raise ValueError("revocation: it is too long")
    return one
