"""The database as a whole: opened once in a process, read and written from many tasks."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import delete, select, update

from gatepost.store.database.access import Access, Link
from gatepost.store.database.audit import Audit
from gatepost.store.database.authority import Authorities
from gatepost.store.database.conflict import UnknownPlane
from gatepost.store.database.enrolments import Enrolments
from gatepost.store.database.faults import told
from gatepost.store.database.listening import Listening
from gatepost.store.database.location import Location, located
from gatepost.store.database.news import CONFIGURATION, News, Told
from gatepost.store.database.nodes import Nodes
from gatepost.store.database.opening import opened
from gatepost.store.database.planes import Planes
from gatepost.store.database.reader import Reader
from gatepost.store.database.revocations import Revocations
from gatepost.store.database.sealing import Seal
from gatepost.store.database.tables import planes, removed
from gatepost.store.database.telemetry import Telemetry
from gatepost.store.database.tokens import Tokens
from gatepost.store.database.traces import Traces
from gatepost.store.database.writer import Writer

HELD = 10_000
"""Versions for which removals are remembered, at least."""


class Database:
    """Everything that the control planes keep. Make it with ``open``; ``close`` it at the end.

    What a write has acknowledged survives a crash of this process, of the database and of the
    machine. One event loop uses it.
    """

    def __init__(
        self, access: Access, location: Location, seal: Seal, now: Callable[[], float], held: int
    ) -> None:
        self._access = access
        self._seal = seal
        self._now = now
        self._held = held
        self._news = News()
        self._listening = None if location.file else Listening(location.dsn, self._news)
        self.planes = Planes(access, self._news, now)
        self.tokens = Tokens(access, now)
        self.audit = Audit(access, now)
        self.enrolments = Enrolments(access, now)
        self.nodes = Nodes(access, self._news, now)
        self.authority = Authorities(access, seal)
        self.revocations = Revocations(access, self._news, now)
        self.telemetry = Telemetry(access)
        self.traces = Traces(access, seal)

    @classmethod
    async def open(
        cls, url: str, key: bytes, *, now: Callable[[], float] = time.time, held: int = HELD
    ) -> Self:
        """Open a database, after making or upgrading its tables where that is due.

        url: ``sqlite:///file`` or ``postgresql://user:password@host/name``. key: what bodies are
        sealed with, 16 bytes or more. held: versions for which removals are remembered.

        Raises Fault (operator): ``database.url``, ``database.unreachable``, ``database.newer`` (its
        tables are of a newer Gatepost), ``database.wrong_key``.
        """
        location, seal = located(url), Seal(key)
        access = await opened(location, seal, now)
        return cls(access, location, seal, now, held)

    async def close(self) -> None:
        """End all connections and every iterator of changes."""
        self._news.close()
        if self._listening is not None:
            await self._listening.close()
        with told():
            await self._access.engine.dispose()

    @asynccontextmanager
    async def reading(self, plane: str) -> AsyncIterator[Reader]:
        """Read one plane's configuration as it is at one moment.

        Raises UnknownPlane; Fault (ours) ``database.unavailable``.
        """
        query = select(planes.c.version, planes.c.floor).where(planes.c.id == plane)
        async with self._access.reading() as link:
            row = (await link.run(query)).one_or_none()
            if row is None:
                raise UnknownPlane(plane)
            yield Reader(link, self._seal, plane, row.version, row.floor)

    @asynccontextmanager
    async def writing(self, plane: str) -> AsyncIterator[Writer]:
        """Write one plane's configuration: all that is done within, or nothing.

        Writers of one plane wait for one another, here and in other processes. Raises
        UnknownPlane; Fault (ours) ``database.unavailable``, and ``database.cut`` when the database
        goes away at the very end, so that nobody can say whether it was written.
        """
        query = select(planes.c.version, planes.c.floor).where(planes.c.id == plane)
        async with self._access.writing(f"plane {plane}") as link:
            row = (await link.run(query.with_for_update())).one_or_none()
            if row is None:
                raise UnknownPlane(plane)
            writer = Writer(link, self._seal, plane, row.version, row.floor, self._now)
            yield writer
            await writer.end()
            if writer.changed:
                await self._finish(link, writer, row.floor)

    async def changes(self) -> AsyncIterator[Told]:
        """Yield (plane id, version): first where every plane stands, then whenever one changed.

        Who is slow hears of the newest version alone; version -1 means that the plane was deleted.
        Changes by other processes on the same PostgreSQL are heard too.
        """
        async for told_now in self._news.listen(CONFIGURATION, self._versions):
            yield told_now

    async def _versions(self) -> list[Told]:
        async with self._access.reading() as link:
            rows = (await link.run(select(planes.c.id, planes.c.version))).all()
        return [(row.id, row.version) for row in rows]

    async def _finish(self, link: Link, writer: Writer, floor: int) -> None:
        plane, version = writer.plane, writer.version
        # seldom, so that it costs nothing by the write
        if writer.removes and version - floor > 2 * self._held:
            floor = version - self._held
            old = (removed.c.plane == plane) & (removed.c.version <= floor)
            await link.run(delete(removed).where(old))
        change = update(planes).where(planes.c.id == plane)
        await link.run(change.values(version=version, floor=floor))
        await link.tell(self._news, CONFIGURATION, plane, version)
