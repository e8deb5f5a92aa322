"""What a database's own errors become: Faults that say what to do and hold no value of a row."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
)

from gatepost.values import By, Fault

AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""Everything that comes out of a call of the database when it does not do what it was asked."""

_OUR_MISTAKE = (DataError, IntegrityError, ProgrammingError)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of calls of the database within into Faults.

    Raises Fault (ours) ``database.unavailable`` when it is away, locked or slow, ``database.full``
    when it has no room, and ``database.refused`` when it does not take what it was given, which is
    a mistake of Gatepost.
    """
    try:
        yield
    except AWAY as error:
        # from None: a driver's own error may show the values of the row
        raise translated(error) from None


def translated(error: Exception) -> Fault:
    """Return the Fault for an error of a call."""
    if isinstance(error, _OUR_MISTAKE):
        return Fault(
            "database.refused",
            "The database does not take what it was given. This is a mistake of Gatepost.",
            by=By.OURS,
            cause=f"{name_of(error)}: {' '.join((error.statement or '').split())[:200]}",
        )
    if full(error):
        return Fault(
            "database.full",
            "The disk of the database is full. Nothing was changed; make room, and try again.",
            by=By.OURS,
            cause=name_of(error),
            retry_after=10,
        )
    return Fault(
        "database.unavailable",
        "The database does not answer. Nothing was changed; try again.",
        by=By.OURS,
        cause=name_of(error),
        retry_after=1,
    )


def cut(error: Exception) -> Fault:
    """Return the Fault for an error at the very end of a write."""
    return Fault(
        "database.cut",
        "The database went away at the end of a write, which is now there whole or not at all. "
        "Look before you repeat it.",
        by=By.OURS,
        cause=name_of(error),
        retry_after=1,
    )


def full(error: BaseException) -> bool:
    """Return whether the database had no room; what was not committed then is not there."""
    return name_of(error) == "SQLITE_FULL" or isinstance(drivers(error), asyncpg.DiskFullError)


def name_of(error: BaseException) -> str:
    """Return the name of an error, the driver's where there is one; never its text."""
    error = drivers(error)
    return str(getattr(error, "sqlite_errorname", type(error).__name__))


def drivers(error: BaseException) -> BaseException:
    """Return the error of the driver that an error was made from, if it was."""
    while isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    return error.__cause__ or error
