"""Connections to the database, made so that what is acknowledged survives a crash."""

import os
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gatepost.store.database.location import Location
from gatepost.store.database.one_trip import one_trip

PATIENCE = 10
"""Seconds to wait for a connection, or for another process's write to a SQLite file."""

_SLOW = 60  # seconds after which a statement is given up
# Every use of a connection is a transaction, which is ended before: nothing is left to roll back.
_RESET = None
# Per connection, in this order: journal_mode says whether the rest means anything.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
# A control plane that hangs in the middle of a write must not hold up the others for ever.
_SETTINGS = {
    "application_name": "gatepost",
    "jit": "off",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}


def engine_at(location: Location) -> AsyncEngine:
    """Return an engine for a location. Raises OSError when a SQLite file cannot be made."""
    if location.file is None:
        return create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda *_, **__: connection_to(location.dsn),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            pool_timeout=PATIENCE,
            pool_reset_on_return=_RESET,
        )
    _keep_private(location.file)
    file = str(location.file)
    engine = create_async_engine(
        "sqlite+aiosqlite:///file",  # a name for SQLAlchemy, which would keep one connection else
        async_creator=lambda *_, **__: one_trip(file, patience=PATIENCE),
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=PATIENCE,
        pool_reset_on_return=_RESET,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


async def connection_to(dsn: str, *, slow: float = _SLOW) -> "asyncpg.Connection[Any]":
    """Open a connection of its own to PostgreSQL. slow: seconds a statement may take."""
    return await asyncpg.connect(
        dsn, timeout=PATIENCE, command_timeout=slow, server_settings=_SETTINGS
    )


def _keep_private(file: Path) -> None:
    """Make the file, readable by its owner alone; the journal beside it inherits that."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _prepare(connection: Any, _record: object) -> None:
    # The driver would begin transactions by guessing from the statement; we say when.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A write that began as a read would be refused when somebody else wrote in between.
    writes = connection.get_execution_options().get("gatepost_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
