"""What a node reports of itself to its control plane, every few seconds.

Each report has a number; what was not acknowledged is sent again after a reconnect, and dropped,
oldest first, when too much waits.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from gatepost.feed.messages import LONGEST, Kept, Message, Report, write

log = logging.getLogger("gatepost.node")

_HELD = 720
_AT_ONCE = 16
"""Reports that may be on their way."""

Make = Callable[[], Awaitable[dict[str, Any] | None]]


class Reporting:
    """make: returns what to report now, None for nothing. every: seconds between two."""

    def __init__(
        self,
        make: Make,
        send: Callable[[Message], Awaitable[bool]],
        *,
        every: float = 5.0,
        held: int = _HELD,
    ) -> None:
        self._make = make
        self._send = send
        self._every = every
        self._most = held
        self._sequence = 0
        self._held: OrderedDict[int, Report] = OrderedDict()
        self._sent = 0
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Make and send reports for as long as this runs."""
        making = asyncio.create_task(self._run(), name="make reports")
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._flush()
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                body = await self._make()
            except Exception:  # the node is worth more than what it says of itself
                log.exception("a report could not be made")
                continue
            if body is not None:
                self.add(body)

    def add(self, body: dict[str, Any]) -> None:
        """Take a report to be sent."""
        report = Report(sequence=self._sequence + 1, body=body)
        if len(write(report)) > LONGEST // 2:
            log.error("a report is too long to be sent")
            return
        self._sequence += 1
        self._held[self._sequence] = report
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        self._wake.set()

    def began(self) -> None:
        """Send again what was not acknowledged: a connection begins."""
        self._sent = 0
        self._wake.set()

    def kept(self, kept: Kept) -> None:
        """Let go of a report, and of those before it."""
        for number in [number for number in self._held if number <= kept.sequence]:
            del self._held[number]
        self._wake.set()

    @property
    def waiting(self) -> int:
        """How many are not acknowledged."""
        return len(self._held)

    async def _flush(self) -> None:
        under_way = sum(number <= self._sent for number in self._held)
        for number, report in [*self._held.items()]:
            if number <= self._sent:
                continue
            if under_way >= _AT_ONCE or not await self._send(report):
                return
            self._sent = number
            under_way += 1
