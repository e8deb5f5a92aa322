import asyncio
from dataclasses import replace

import pytest

from gatepost.store.database import Database, Numbered, Position
from tests.databases import Hands

pytestmark = pytest.mark.anyio


async def test_entries_are_numbered_without_gaps(database: Database, plane: str) -> None:
    log = database.revocations
    assert await log.position(plane) == Position("", 0, 1)
    assert await log.append(plane, [{"tag": "a"}, {"tag": "b"}]) == [1, 2]
    assert await log.append(plane, []) == []
    many = await asyncio.gather(*(log.append(plane, [{"n": n}, {"n": n}]) for n in range(20)))
    assert sorted(number for numbers in many for number in numbers) == list(range(3, 43))
    assert await log.since(plane, 0, 2) == [Numbered(1, {"tag": "a"}), Numbered(2, {"tag": "b"})]
    assert [one.number for one in await log.since(plane, 40, 9)] == [41, 42]
    stands = await log.position(plane)
    assert (stands.last, stands.floor, await log.last(plane)) == (42, 1, 42)


async def test_each_plane_has_a_log_of_its_own(database: Database, plane: str) -> None:
    other = (await database.planes.add("other")).id
    await database.revocations.append(plane, [{"tag": "a"}])
    assert await database.revocations.since(other, 0, 9) == []
    assert await database.revocations.append(other, [{"tag": "b"}]) == [1]
    here, there = [await database.revocations.position(one) for one in (plane, other)]
    assert here.epoch != there.epoch


async def test_what_is_forgotten_moves_the_floor(
    database: Database, plane: str, clock: Hands
) -> None:
    log = database.revocations
    for n in range(3):
        await log.append(plane, [{"n": n}])
        clock.now += 10
    assert await log.prune(plane, clock.now - 15) == 2
    assert replace(await log.position(plane), epoch="") == Position("", 3, 3)
    assert await log.prune(plane, clock.now) == 1
    assert replace(await log.position(plane), epoch="") == Position("", 3, 4)
    assert await log.append(plane, [{}]) == [4]


async def test_who_listens_hears_of_the_newest(database: Database, plane: str) -> None:
    changes = database.revocations.changes()
    await database.revocations.append(plane, [{}])
    assert await anext(changes) == (plane, 1)
    await database.revocations.append(plane, [{}, {}])
    await database.revocations.append(plane, [{}])
    number = 0
    while number < 4:
        heard, number = await asyncio.wait_for(anext(changes), 5)
        assert heard == plane


async def test_an_entry_has_a_mark_that_no_other_has_though_it_says_the_same(
    database: Database, plane: str, clock: Hands
) -> None:
    log, other = database.revocations, (await database.planes.add("other")).id
    for one in (plane, other):
        await log.append(one, [{"kind": "client"}])
        clock.now += 1
    (here,), (there,) = await log.since(plane, 0, 9), await log.since(other, 0, 9)
    assert here == there
    assert here.mark != there.mark
    assert [one.mark for one in await log.since(plane, 0, 9)] == [here.mark]
