"""SQLite connections that go to their thread once a statement.

aiosqlite goes there four times: for a cursor, to execute, to fetch, to close. Most of a small
write would be spent on the way.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite


class OneTrip(aiosqlite.Connection):
    """A connection whose cursors execute and fetch in one go; for small results only."""

    def cursor(self) -> Any:
        """Return a cursor; it is made in the thread, with the first statement."""
        return TogetherCursor(self)


class TogetherCursor:
    """What SQLAlchemy asks of a cursor."""

    def __init__(self, connection: OneTrip) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> Self:
        """Run a statement and fetch all of its rows."""
        return await self._go(statement, values, many=False)

    async def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> Self:
        """Run a statement with each of the values."""
        return await self._go(statement, values, many=True)

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return some of the rows that are left."""
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchone(self) -> Any:
        """Return one of the rows that are left, None when there is none."""
        return next(iter(await self.fetchmany(1)), None)

    async def close(self) -> None:
        """Drop the rows that are left; in the thread nothing is open any more."""
        self._rows = []

    async def _go(self, statement: str, values: Any, *, many: bool) -> Self:
        # the connection's own way into its thread, which has no other name
        execute: Callable[..., Awaitable[None]] = self._connection._execute
        await execute(self._in_thread, statement, values, many)
        return self

    def _in_thread(self, statement: str, values: Any, many: bool) -> None:
        cursor = self._connection._conn.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(statement, values)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.lastrowid, self.rowcount = cursor.lastrowid, cursor.rowcount
        finally:
            cursor.close()


def one_trip(file: str, *, patience: float) -> OneTrip:
    """Return a connection to a file, to be awaited. patience: seconds to wait for other writers."""
    connection = OneTrip(lambda: sqlite3.connect(file, timeout=patience), iter_chunk_size=64)
    # as SQLAlchemy does it: a thread whose connection was forgotten must not hold up the end
    connection._thread.daemon = True
    return connection
