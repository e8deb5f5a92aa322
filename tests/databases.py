"""Databases for tests, and entities to put into them."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gatepost.model import CATALOG, Entity
from gatepost.store.database import DEFAULT, Database
from tests.postgres import PostgresServer

__all__ = ["clock", "database", "plane", "url"]  # the fixtures, for a conftest.py

KEY = b"a key of the tests, 32 bytes long"


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def opened(url: str, key: bytes = KEY, **options: Any) -> AsyncIterator[Database]:
    database = await Database.open(url, key, **options)
    try:
        yield database
    finally:
        await database.close()


async def default(database: Database) -> str:
    """Return the id of the control plane that is there from the start."""
    plane = await database.planes.named(DEFAULT)
    assert plane is not None
    return plane.id


def new(kind: str, **fields: Any) -> Entity:
    """Make an entity; ``id`` is a new one unless it is given."""
    return CATALOG[kind].entity.model_validate({"id": str(uuid.uuid4()), **fields})


def service(name: str | None = None, **fields: Any) -> Entity:
    return new("services", **{"name": name, "host": "up.test", **fields})


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, of one kind and of the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gatepost.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def database(url: str, clock: Hands) -> AsyncIterator[Database]:
    """Open one that remembers the removals of 10 versions."""
    async with opened(url, now=clock, held=10) as running:
        yield running


@pytest.fixture
async def plane(database: Database) -> str:
    return await default(database)
