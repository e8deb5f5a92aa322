import asyncio

import pytest

from gatepost.store.database import Database, Measure

pytestmark = pytest.mark.anyio

ROUTE = {"route": "r", "status": "200"}


async def test_numbers_of_one_span_and_series_are_added_up(database: Database, plane: str) -> None:
    one = Measure("n", 10, 1000, ROUTE, {"requests": 2, "seconds": 0.5})
    await database.telemetry.add(plane, [one, one])
    await database.telemetry.add(
        plane, [Measure("n", 10, 1000, ROUTE, {"requests": 1, "bytes": 7})]
    )
    assert await database.telemetry.query(plane, 10, 0, 2000) == [
        Measure("n", 10, 1000, ROUTE, {"requests": 5, "seconds": 1.0, "bytes": 7})
    ]
    with pytest.raises(ValueError, match="7 seconds"):
        await database.telemetry.add(plane, [Measure("n", 7, 1000, ROUTE, {})])


async def test_reports_at_the_same_time_lose_nothing(database: Database, plane: str) -> None:
    one = Measure("n", 10, 1000, ROUTE, {"requests": 1})
    await asyncio.gather(*(database.telemetry.add(plane, [one]) for _ in range(20)))
    (found,) = await database.telemetry.query(plane, 10, 0, 2000)
    assert found.counts == {"requests": 20}


async def test_rows_are_found_by_time_step_series_and_node(database: Database, plane: str) -> None:
    other = (await database.planes.add("other")).id
    everything = [
        Measure(node, step, at, {"route": route}, {"requests": 1})
        for node in ("a", "b")
        for step in (10, 60)
        for at in (0, 60, 120)
        for route in ("r1", "r2")
    ]
    await database.telemetry.add(plane, everything)
    await database.telemetry.add(other, everything[:1])
    query = database.telemetry.query
    assert len(await query(plane, 10, 0, 1000)) == 12
    assert [one.at for one in await query(plane, 60, 60, 120)] == [60] * 4
    found = await query(plane, 10, 0, 121, series={"route": "r1"}, node="b")
    assert [(one.node, one.at, one.series) for one in found] == [
        ("b", at, {"route": "r1"}) for at in (0, 60, 120)
    ]
    assert await query(plane, 10, 0, 1000, series={"service": "s"}) == []
    assert await database.telemetry.prune(10, 100) == 9
    assert len(await query(plane, 10, 0, 1000)) == 4
    assert len(await query(plane, 60, 0, 1000)) == 12
    assert await query(other, 10, 0, 1000) == []


async def test_a_label_is_looked_for_as_it_is(database: Database, plane: str) -> None:
    values = ["a", "A", "a_", "ab", "a%", '"', "\\", "\u00e9", "\u202e/"]
    rows = [Measure("n", 10, 0, {"result": value, "what": "x"}, {"n": 1}) for value in values]
    await database.telemetry.add(plane, rows)
    for value in values:
        wanted = {"what": "x", "result": value}
        (found,) = await database.telemetry.query(plane, 10, 0, 10, series=wanted)
        assert found.series == wanted
