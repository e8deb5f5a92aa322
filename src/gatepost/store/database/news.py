"""Who wants to know of changes hears of the newest, however slowly they listen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

CONFIGURATION = "gatepost_configuration"
"""The plane's configuration has this version."""
REVOCATIONS = "gatepost_revocations"
"""The plane's log of revocations ends with this number."""
NODES = "gatepost_nodes"
"""The latest node that was shut out of the plane was so at this moment, in milliseconds."""
TOPICS = (CONFIGURATION, REVOCATIONS, NODES)

GONE = -1
"""The number that is told of a plane that was deleted."""

Told = tuple[str, int]
"""(plane, number)"""

Look = Callable[[], Awaitable[Iterable[Told]]]
"""Reads where all planes stand."""


class News:
    """Hands numbers that rise to whoever listens. What is the same or lower is not told again."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._closed = False
        self._moment = 0

    def tell(self, topic: str, plane: str, number: int) -> None:
        """Tell all who listen to a topic."""
        self._moment += 1
        for listener in self._listeners:
            if listener.topic == topic:
                listener.hear(plane, number, self._moment)

    async def look(self, topic: str, look: Look) -> None:
        """Look where all planes stand: whoever missed something hears it, and of planes gone."""
        moment, known = self._moment, dict(await look())
        for listener in self._listeners:
            if listener.topic == topic:
                listener.compare(known, moment)

    def close(self) -> None:
        """End every iterator."""
        self._closed = True
        for listener in self._listeners:
            listener.wake.set()

    async def listen(self, topic: str, look: Look) -> AsyncIterator[Told]:
        """Yield where all planes stand, and then what is told; of each plane the newest."""
        listener = _Listener(topic)
        self._listeners.add(listener)
        try:
            moment = self._moment
            listener.compare(dict(await look()), moment)
            while not self._closed:
                if listener.pending:
                    plane = next(iter(listener.pending))
                    yield plane, listener.pending.pop(plane)
                else:
                    listener.wake.clear()
                    await listener.wake.wait()
        finally:
            self._listeners.discard(listener)


class _Listener:
    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.wake = asyncio.Event()
        self.pending: dict[str, int] = {}
        self._told: dict[str, int] = {}
        self._heard_at: dict[str, int] = {}

    def hear(self, plane: str, number: int, moment: int) -> None:
        self._heard_at[plane] = moment
        if number == GONE:
            if self._told.pop(plane, None) is None:
                return
        elif number <= self._told.get(plane, GONE):
            return
        else:
            self._told[plane] = number
        self.pending[plane] = number
        self.wake.set()

    def compare(self, known: dict[str, int], moment: int) -> None:
        """Hear what is news in what was looked at from ``moment`` on.

        What was told while somebody looked is newer than what they saw.
        """
        for plane in {**self._told, **known}:
            told, seen = self._told.get(plane, GONE), known.get(plane, GONE)
            if seen <= told and self._heard_at.get(plane, 0) > moment:
                continue
            if GONE < seen < told:
                del self._told[plane]  # the database was restored from a backup
            if told != GONE or self._heard_at.get(plane, 0) <= moment:
                self.hear(plane, seen, moment)
