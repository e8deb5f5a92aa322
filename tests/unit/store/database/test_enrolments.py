import asyncio

import pytest

from gatepost.store.database import Database, Use
from tests.databases import Hands

pytestmark = pytest.mark.anyio

HASH = "ab" * 32


async def test_a_token_is_good_for_one_node_and_its_key(
    database: Database, plane: str, clock: Hands
) -> None:
    made = await database.enrolments.add(plane, HASH, expires_at=clock.now + 60)
    use = database.enrolments.use
    assert await use("nobody", HASH, "n", "k") is Use.UNKNOWN
    assert await use(made.id, "cd" * 32, "n", "k") is Use.UNKNOWN
    assert await use(made.id, HASH, "n", "k") is Use.OK
    assert await use(made.id, HASH, "n", "k") is Use.OK
    assert await use(made.id, HASH, "n", "other key") is Use.USED
    assert await use(made.id, HASH, "other node", "k") is Use.USED
    clock.now += 60
    assert await use(made.id, HASH, "n", "k") is Use.EXPIRED
    kept = await database.enrolments.get(made.id)
    assert kept is not None
    assert (kept.plane, kept.used_by, kept.used_key) == (plane, "n", "k")


async def test_a_token_ends_with_its_time(database: Database, plane: str, clock: Hands) -> None:
    made = await database.enrolments.add(plane, HASH, expires_at=clock.now + 60, ident="mine")
    clock.now += 61
    assert await database.enrolments.use("mine", HASH, "n", "k") is Use.EXPIRED
    assert await database.enrolments.all(plane) == [made]
    assert await database.enrolments.prune(clock.now) == 1
    assert await database.enrolments.get("mine") is None


async def test_of_many_who_use_it_at_once_one_gets_it(
    database: Database, plane: str, clock: Hands
) -> None:
    made = await database.enrolments.add(plane, HASH, expires_at=clock.now + 60)
    tries = [database.enrolments.use(made.id, HASH, f"n{n}", f"k{n}") for n in range(12)]
    results = await asyncio.gather(*tries)
    assert sorted(results) == [Use.OK] + [Use.USED] * 11
    assert await database.enrolments.remove(made.id)
    assert not await database.enrolments.remove(made.id)
