import asyncio

import pytest

from gatepost.feed.difference import apply
from gatepost.feed.needs import Publication
from gatepost.feed.packing import unpack
from gatepost.feed.parcels import Parcels
from tests.unit.feed.test_difference import snapshot

pytestmark = pytest.mark.anyio

NAMES = [f"r{number}" for number in range(40)]
FIRST, SECOND = Publication(1, snapshot(*NAMES)), Publication(2, snapshot(*NAMES, "more"))


async def test_whoever_has_what_was_before_gets_the_difference() -> None:
    parcels = Parcels()
    parcels.notice(FIRST)
    parcels.notice(SECOND)
    parcel = await parcels.parcel(SECOND, FIRST.hash)
    assert parcel.base == FIRST.hash
    made = apply(FIRST.snapshot, unpack(parcel.data, parcel.plain), SECOND.hash)
    assert made == SECOND.snapshot


@pytest.mark.parametrize("has", ["", "0" * 64, SECOND.hash])
async def test_whoever_has_anything_else_gets_the_whole(has: str) -> None:
    parcels = Parcels()
    parcels.notice(SECOND)
    parcel = await parcels.parcel(SECOND, has)
    assert parcel.base == ""
    assert unpack(parcel.data, parcel.plain) == SECOND.data


async def test_a_difference_that_is_nearly_all_is_not_worth_it() -> None:
    parcels = Parcels()
    for one in (FIRST, other := Publication(3, snapshot("x", "y"))):
        parcels.notice(one)
    assert (await parcels.parcel(other, FIRST.hash)).base == ""


async def test_it_is_packed_once_for_all_nodes() -> None:
    parcels = Parcels()
    parcels.notice(FIRST)
    found = await asyncio.gather(*(parcels.parcel(FIRST, "") for _ in range(5)))
    assert all(one is found[0] for one in found)


async def test_its_age_counts_from_when_it_was_first_noticed() -> None:
    moment = 100.0
    parcels = Parcels(clock=lambda: moment)
    parcels.notice(FIRST)
    moment = 107.0
    parcels.notice(FIRST)
    assert parcels.age(FIRST) == 7.0
    assert parcels.age(SECOND) == 0.0
