import asyncio
import dataclasses

import pytest

from gatepost.store.database import DEFAULT, Database, Duplicate, Plane, UnknownPlane
from tests.databases import Hands, service

pytestmark = pytest.mark.anyio


async def test_default_is_there_from_the_start(database: Database, clock: Hands) -> None:
    (only,) = await database.planes.all()
    assert (only.name, only.created_at, only.version) == (DEFAULT, clock.now, 0)
    assert await database.planes.named(DEFAULT) == await database.planes.get(only.id) == only


async def test_a_plane_is_made_changed_and_deleted(database: Database) -> None:
    made = await database.planes.add("eu", description="Europe", labels={"zone": "eu"})
    assert [one.name for one in await database.planes.all()] == [DEFAULT, "eu"]
    async with database.writing(made.id) as writer:
        await writer.save("services", service("one"))
    changed = await database.planes.save(dataclasses.replace(made, name="emea", labels={}))
    assert (changed.name, changed.labels, changed.version) == ("emea", {}, 1)
    assert await database.planes.get(made.id) == changed
    assert await database.planes.remove(made.id)
    assert await database.planes.get(made.id) is None
    with pytest.raises(UnknownPlane):
        await database.planes.save(made)


async def test_a_name_is_there_once(database: Database) -> None:
    tries = [database.planes.add("eu") for _ in range(5)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Plane) for one in results) == 1
    assert sum(isinstance(one, Duplicate) for one in results) == 4
    first = await database.planes.named(DEFAULT)
    assert first is not None
    with pytest.raises(Duplicate):
        await database.planes.save(dataclasses.replace(first, name="eu"))
