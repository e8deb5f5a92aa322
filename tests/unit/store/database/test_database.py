import asyncio

import pytest

from gatepost.store.database import Database, Duplicate
from tests.databases import default, service

pytestmark = pytest.mark.anyio


async def test_closing_ends_who_listens(database: Database) -> None:
    async def listen() -> list[object]:
        return [told async for told in database.changes()]

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.1)
    await database.close()
    assert len(await task) == 1


async def test_writers_of_different_planes_do_not_mix(database: Database, plane: str) -> None:
    other = (await database.planes.add("other")).id

    async def write(ident: str, n: int) -> None:
        async with database.writing(ident) as writer:
            await writer.save("services", service(f"s{n}"))

    await asyncio.gather(*(write(one, n) for n in range(10) for one in (plane, other)))
    for one in (plane, other):
        async with database.reading(one) as reader:
            assert (reader.version, len(await reader.all("services"))) == (10, 10)


async def test_two_processes_with_one_database_mind_each_other(url: str) -> None:
    databases = [await Database.open(url, b"0123456789abcdef") for _ in range(2)]
    try:
        plane = await default(databases[0])

        async def write(n: int) -> bool:
            try:
                async with databases[n % 2].writing(plane) as writer:
                    await writer.save("services", service(f"s{n // 4}"))
            except Duplicate:
                return False
            return True

        results = await asyncio.gather(*(write(n) for n in range(40)))
        assert sum(results) == 10
        async with databases[1].reading(plane) as reader:
            assert (reader.version, len(await reader.all("services"))) == (10, 10)
    finally:
        for one in databases:
            await one.close()
