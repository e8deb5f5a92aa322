"""Many who write, read and listen at once; on SQLite and on PostgreSQL."""

import asyncio

import pytest

from gatepost.store.database import (
    Database,
)
from tests.databases import KEY, default, service

pytestmark = pytest.mark.anyio


async def test_changes_are_told_since_any_version_that_is_not_too_old(
    database: Database, plane: str
) -> None:
    entities = [service(f"s{n}") for n in range(4)]
    for entity in entities:
        async with database.writing(plane) as writer:
            await writer.save("services", entity)
    async with database.writing(plane) as writer:
        await writer.remove("services", entities[0].id)
        await writer.remove("services", entities[1].id)
    async with database.writing(plane) as writer:
        await writer.save("services", entities[1])
    async with database.reading(plane) as reader:
        changes = await reader.changed_since(3)
        assert changes.complete
        assert [(kind, one.id) for kind, one in changes.saved] == [
            ("services", entities[3].id),
            ("services", entities[1].id),
        ]
        assert changes.removed == [("services", entities[0].id)]
        assert (await reader.changed_since(6)).saved == []
        assert not (await reader.changed_since(7)).complete
        assert (await reader.changed_since(0)).complete
    for _ in range(9):  # 10 versions are held here
        async with database.writing(plane) as writer:
            await writer.save("services", entities[0])
        async with database.writing(plane) as writer:
            await writer.remove("services", entities[0].id)
    async with database.reading(plane) as reader:
        assert not (await reader.changed_since(0)).complete
        assert (await reader.changed_since(reader.version - 10)).complete


async def test_many_writers_at_once_leave_no_gap(database: Database, plane: str) -> None:
    async def write(n: int) -> int:
        async with database.writing(plane) as writer:
            return (await writer.save("services", service(f"s{n}"))).version

    versions = await asyncio.gather(*(write(n) for n in range(100)))
    assert sorted(versions) == list(range(1, 101))
    async with database.reading(plane) as reader:
        assert reader.version == 100
        assert {one.version for one in await reader.all("services")} == set(range(1, 101))


async def test_a_writer_that_is_cancelled_leaves_the_next_one_a_whole_database(
    database: Database, plane: str
) -> None:
    async def write(n: int) -> None:
        async with database.writing(plane) as writer:
            await writer.save("services", service(f"a{n}"))
            await writer.save("services", service(f"b{n}"))

    for n in range(30):
        task = asyncio.create_task(write(n))
        await asyncio.sleep(0.0005 * n)
        task.cancel()
        await asyncio.wait({task})
    async with database.writing(plane) as writer:
        names = {one.body["name"] for one in await writer.all("services")}
        assert {name[1:] for name in names if name[0] == "a"} == {
            name[1:] for name in names if name[0] == "b"
        }
        assert len(names) == 2 * writer.version


async def test_a_reader_sees_one_moment(database: Database, plane: str) -> None:
    async with database.reading(plane) as reader:
        assert await reader.all("services") == []
        async with database.writing(plane) as writer:
            await writer.save("services", service("one"))
        assert await reader.all("services") == []
        assert reader.version == 0


async def test_changes_are_heard_and_a_slow_listener_hears_the_newest(
    database: Database, plane: str
) -> None:
    changes = database.changes()
    assert await anext(changes) == (plane, 0)
    for n in range(5):
        async with database.writing(plane) as writer:
            await writer.save("services", service(f"s{n}"))
    heard = await asyncio.wait_for(anext(changes), 5)
    assert heard[0] == plane
    while heard[1] < 5:  # a notification of PostgreSQL may come between
        heard = await asyncio.wait_for(anext(changes), 5)
    other = await database.planes.add("other")
    assert await asyncio.wait_for(anext(changes), 5) == (other.id, 0)
    await database.planes.remove(other.id)
    assert await asyncio.wait_for(anext(changes), 5) == (other.id, -1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(changes), 0.3)


async def test_two_processes_may_open_a_new_database_at_once(url: str) -> None:
    opening = [Database.open(url, KEY) for _ in range(4)]
    databases = await asyncio.gather(*opening)
    try:
        assert len({await default(one) for one in databases}) == 1
    finally:
        for one in databases:
            await one.close()
