"""Hears of changes that other processes made in the same PostgreSQL.

Notifications are a promptness, not a promise: whenever the connection is new, and every few
seconds besides, the numbers themselves are looked at.
"""

import asyncio
import contextlib
import functools
import logging
from typing import Any

import asyncpg

from gatepost.store.database.engine import connection_to
from gatepost.store.database.faults import AWAY, name_of
from gatepost.store.database.news import CONFIGURATION, NODES, REVOCATIONS, TOPICS, News, Told

LOOK = 10.0
"""Seconds between looks on a connection on which nothing is heard; a dead one is found so."""

_SLOW = 10.0  # seconds that a look may take
_FIRST, _LAST = 0.1, 1.0  # seconds before a new connection is tried
_NUMBERS = {
    CONFIGURATION: "SELECT id, version FROM planes",
    REVOCATIONS: "SELECT plane, last FROM revocation_logs",
    NODES: (
        "SELECT plane, CAST(MAX(revoked_at) * 1000 AS BIGINT) FROM nodes "
        "WHERE revoked_at IS NOT NULL GROUP BY plane"
    ),
}
_log = logging.getLogger(__name__)


class Listening:
    """A connection of its own that listens until it is closed, and comes back when it is cut."""

    def __init__(self, dsn: str, news: News, *, look: float = LOOK) -> None:
        self._dsn = dsn
        self._news = news
        self._look = look
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop listening."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        pause = _FIRST
        while True:
            try:
                connection = await connection_to(self._dsn, slow=_SLOW)
                try:
                    pause = _FIRST
                    await self._listen(connection)
                finally:
                    # not close(): that waits for a server which may be gone
                    connection.terminate()
            except AWAY as error:
                _log.warning("no news of other control planes for now: %s", name_of(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LAST)

    async def _listen(self, connection: "asyncpg.Connection[Any]") -> None:
        cut = asyncio.Event()
        connection.add_termination_listener(lambda _: cut.set())
        for topic in TOPICS:
            await connection.add_listener(topic, self._heard)
        while not cut.is_set():
            for topic, query in _NUMBERS.items():
                await self._news.look(topic, functools.partial(_numbers, connection, query))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(cut.wait(), self._look)

    def _heard(self, _connection: object, _pid: int, topic: str, text: object) -> None:
        plane, _, number = str(text).partition(" ")
        if number.removeprefix("-").isdecimal():
            self._news.tell(topic, plane, int(number))


async def _numbers(connection: "asyncpg.Connection[Any]", query: str) -> list[Told]:
    return [(row[0], row[1]) for row in await connection.fetch(query)]
