"""Databases for tests, and entities to put into them."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gatepost.model import CATALOG, Entity
from gatepost.store.database import DEFAULT, Database

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
