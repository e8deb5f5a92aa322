"""Opens a database: reaches it, brings its tables up to date, and tries the key."""

import uuid
from collections.abc import Callable

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.store.database.access import Access, Link
from gatepost.store.database.engine import engine_at
from gatepost.store.database.faults import AWAY, drivers, name_of
from gatepost.store.database.location import Location
from gatepost.store.database.migrating import migrate
from gatepost.store.database.planes import DEFAULT, Plane, insert_plane
from gatepost.store.database.sealing import Seal
from gatepost.store.database.tables import planes, settings
from gatepost.values import By, Fault

_CANARY = ("settings", "canary")


async def opened(location: Location, seal: Seal, now: Callable[[], float]) -> Access:
    """Return the way into a database, ready for use.

    Raises Fault (operator) ``database.unreachable``, ``database.newer``, ``database.wrong_key``.
    """
    engine: AsyncEngine | None = None
    try:
        engine = engine_at(location)
        async with engine.connect() as plain:
            connection = await plain.execution_options(gatepost_writes=True)
            async with connection.begin():
                await _prepare(connection, seal, now)
    except BaseException as error:
        if engine is not None:
            await engine.dispose()
        if isinstance(error, (*AWAY, ValueError)):
            raise _unreachable(location, error) from None
        raise
    return Access(engine)


async def _prepare(connection: AsyncConnection, seal: Seal, now: Callable[[], float]) -> None:
    link = Link(connection)
    await link.alone("gatepost opening")  # two processes that start at once
    await connection.run_sync(migrate)
    await _try_key(link, seal)
    query = select(planes.c.id).where(planes.c.name == DEFAULT)
    if (await link.run(query)).scalar() is None:
        await insert_plane(link, Plane(str(uuid.uuid4()), DEFAULT, created_at=now()))


async def _try_key(link: Link, seal: Seal) -> None:
    """Open what the first start has sealed, or seal it."""
    query = select(settings.c.value).where(settings.c.name == _CANARY[1])
    sealed: bytes | None = (await link.run(query)).scalar()
    if sealed is None:
        row = {"name": _CANARY[1], "value": seal.close(b"it sings", *_CANARY)}
        await link.put(settings, row)
        return
    try:
        seal.open(sealed, *_CANARY)
    except Fault:
        raise Fault(
            "database.wrong_key",
            "The database was written with another key. Start with the key that it was made with: "
            "without that nobody can read what is in it.",
            by=By.OPERATOR,
        ) from None


def _unreachable(location: Location, error: BaseException) -> Fault:
    return Fault(
        "database.unreachable",
        f"The database {location.shown} cannot be opened: {_reason(error)}. {_advice(location)}",
        by=By.OPERATOR,
        cause=name_of(error),
    )


def _reason(error: BaseException) -> str:
    """Say what is wrong, in words that hold no part of a password."""
    match drivers(error):
        case OSError(strerror=str() as text):
            return text[:1].lower() + text[1:]
        case TimeoutError():
            return "it does not answer in time"
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return "it does not know this user and password"
        case asyncpg.InvalidCatalogNameError():
            return "there is no database of this name"
        case _:
            return name_of(error)


def _advice(location: Location) -> str:
    if location.file is not None:
        return (
            f"See that the directory {location.file.absolute().parent} is there and can be written "
            "by the user that runs Gatepost, and that the file is a database of Gatepost."
        )
    return (
        "See that PostgreSQL runs there and lets this user in, that the database was created, and "
        "that the user may create tables in it."
    )
