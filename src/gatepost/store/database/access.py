"""Transactions: reading sees one moment, writing is whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import Executable, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.store.database.faults import AWAY, cut, full, told, translated
from gatepost.store.database.news import News

Row = Mapping[str, Any]

_READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Link:
    """One transaction. Every statement of the store goes through ``run``."""

    __slots__ = ("_connection", "_then", "postgres")

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._then: list[Callable[[], None]] = []
        self.postgres = connection.dialect.name == "postgresql"

    async def run(
        self, statement: Executable, rows: Row | Sequence[Row] | None = None
    ) -> CursorResult[Any]:
        """Run a statement, with each of the rows where it is given some. Raises Fault."""
        with told():
            return await self._connection.execute(statement, rows)

    async def put(self, table: Table, row: Row, *, change: Sequence[str] = ()) -> None:
        """Insert a row; where its key is there already, replace these columns or do nothing."""
        await self.put_all(table, [row], change)

    async def put_all(self, table: Table, rows: Sequence[Row], change: Sequence[str] = ()) -> None:
        """Insert rows that have the same columns, each as ``put`` does."""
        kind = postgresql.insert if self.postgres else sqlite.insert
        statement = kind(table)
        if change:
            new = {name: statement.excluded[name] for name in change}
            statement = statement.on_conflict_do_update(index_elements=table.primary_key, set_=new)
        else:
            statement = statement.on_conflict_do_nothing()
        await self.run(statement, rows)

    async def alone(self, name: str) -> None:
        """Wait until no other transaction is within this name, and keep them out until the end."""
        if self.postgres:  # SQLite has one writer at a time anyway
            await self.run(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    async def tell(self, news: News, topic: str, plane: str, number: int) -> None:
        """Tell whoever listens, in other processes too, once this is committed."""
        self._then.append(lambda: news.tell(topic, plane, number))
        if self.postgres:
            await self.run(select(func.pg_notify(topic, f"{plane} {number}")))

    async def commit(self) -> None:
        """Commit, and tell. Raises Fault (ours) ``database.cut``."""
        try:
            await self._connection.commit()
        except AWAY as error:
            raise (translated(error) if full(error) else cut(error)) from None
        for tell in self._then:
            tell()


class Access:
    """Opens transactions. Writers wait for one another here, in order, not in the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._postgres = engine.dialect.name == "postgresql"
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Link]:
        """Read within one moment. Raises Fault (ours) ``database.unavailable``."""
        connection = await self._opened(_READS if self._postgres else {})
        try:
            yield Link(connection)
        finally:
            await to_the_end(_closed(connection))

    @asynccontextmanager
    async def writing(self, name: str) -> AsyncIterator[Link]:
        """Write; committed at the end, undone by an exception.

        name: writers of one name in this process wait for one another.

        Raises Fault (ours) ``database.unavailable``, or ``database.cut`` when nobody can say
        whether the end was reached.
        """
        # one writer at a time is all that SQLite has; a lock here is fair, its own is a lottery
        lock = self._lock(name if self._postgres else "")
        async with lock:
            connection = await self._opened({"gatepost_writes": True})
            try:
                link = Link(connection)
                yield link
                await to_the_end(link.commit())
            finally:
                await to_the_end(_closed(connection))

    def _lock(self, name: str) -> asyncio.Lock:
        lock = self._locks.get(name)
        if lock is None:
            self._locks[name] = lock = asyncio.Lock()
        return lock

    async def _opened(self, options: Mapping[str, Any]) -> AsyncConnection:
        connection: AsyncConnection = self.engine.connect()
        try:
            with told():
                # a connection that is cut while it is made is a mess for its driver
                await to_the_end(_started(connection))
                if options:
                    connection = await connection.execution_options(**options)
                _ = await connection.begin()
        except BaseException:
            await to_the_end(_closed(connection))
            raise
        return connection


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for work that must not stop halfway when whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait({task})
        raise


async def _started(connection: AsyncConnection) -> None:
    _ = await connection.start()


async def _closed(connection: AsyncConnection) -> None:
    # a connection that broke cannot be closed politely, and need not be
    if connection.sync_connection is not None:
        try:
            await connection.close()
        except AWAY:
            await connection.invalidate()
