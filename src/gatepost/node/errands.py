"""The errands of a node: one courier in the agent does them, whoever brings them to its desk."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from gatepost.node.desk import Desk, Revoke
from gatepost.outside import CallCounts, Calls, Redises, Sample
from gatepost.plugin import LocalCourier

_EVENTS = ("made", "shared", "failed", "spent")


class Errands:
    """The courier with what it needs outside: connections to providers, and to Redises."""

    def __init__(self, socket: Path, *, secret: bytes, revoke: Revoke) -> None:
        self._counts = CallCounts()
        self._calls = Calls(self._counts.call)
        self._redises = Redises()
        self._courier = LocalCourier(
            self._calls, random=os.urandom, boards=self._redises.board, wall=time.time
        )
        self._desk = Desk(socket, secret=secret, courier=self._courier, revoke=revoke)

    async def start(self) -> None:
        """Open the desk. Raises OSError."""
        await self._desk.start()

    async def tidy(self) -> None:
        """Close connections that only a configuration of before needed."""
        await self._redises.tidy()

    async def stop(self) -> None:
        """Close the desk, let calls that are under way end, then close all connections."""
        await self._desk.stop()
        await self._courier.close()
        await self._calls.close()
        await self._redises.close()

    def samples(self) -> Iterator[Sample]:
        """Yield the numbers of errands, and of the calls that were made for them."""
        for event in _EVENTS:
            number = getattr(self._courier.counts, event)
            yield "gatepost_errands_total", {"event": event}, number
        yield from self._counts.samples()
