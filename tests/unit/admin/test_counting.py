import asyncio
from typing import Any

import pytest

from gatepost.admin.charts import INTERVALS, KEPT, Wanted
from gatepost.admin.counting import Counting, measures_of
from gatepost.store.database import Database
from gatepost.values import Fault

pytestmark = pytest.mark.anyio

NOW = 1_800_000_005.0


def report(*rows: Any, at: float = NOW) -> dict[str, Any]:
    return {"at": at, "rows": [list(row) for row in rows]}


REQUESTS = ({"what": "requests", "code": "2xx", "route": "r"}, {"n": 3})


async def test_reports_are_added_up_in_every_width_and_charted(
    database: Database, plane: str
) -> None:
    counting = Counting(database, lambda: NOW)
    await asyncio.gather(
        counting.take(plane, "n1", "b", 1, report(REQUESTS)),
        counting.take(plane, "n2", "b", 1, report(REQUESTS, REQUESTS)),
    )
    for name in ("15m", "24h", "30d"):
        wanted = Wanted("requests", INTERVALS[name], ("code",))
        (line,) = (await counting.chart(plane, wanted, {}, None))["lines"]
        assert line["total"] == {"n": 9}, name
    one = await counting.chart(plane, Wanted("requests", INTERVALS["15m"]), {}, "n1")
    assert one["lines"][0]["total"] == {"n": 3}
    none = await counting.chart(plane, Wanted("requests", INTERVALS["15m"]), {"route": "x"}, None)
    assert none["lines"] == []


async def test_what_is_old_is_forgotten_width_by_width(database: Database, plane: str) -> None:
    now = NOW - KEPT[10] - 60
    counting = Counting(database, lambda: now)
    await counting.take(plane, "n1", "b", 1, report(REQUESTS, at=now))
    now = NOW
    await counting.forget_old()
    begin, end = int(NOW) - 10 * KEPT[10], int(NOW) + 10
    assert await database.telemetry.query(plane, 10, begin, end) == []
    assert len(await database.telemetry.query(plane, 60, begin, end)) == 1


async def test_a_report_of_the_future_is_of_now() -> None:
    for at in (NOW + 10**6, NOW - 7201, 1, -1, "x", None):
        measures = list(measures_of("n", {"at": at, "rows": [list(REQUESTS)]}, NOW))
        assert {one.at for one in measures} == {1_800_000_000, 1_799_999_980, 1_799_999_400} or {
            one.at - one.at % one.step for one in measures
        } == {int(NOW) // step * step for step in KEPT}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rows": {}},
        {"rows": [1]},
        {"rows": [[{}, {}]]},
        {"rows": [[{"what": "secrets"}, {"n": 1}]]},
        {"rows": [[{"what": "requests", "route": 5}, {"n": 1}]]},
        {"rows": [[{"what": "requests", "route": "x" * 300}, {"n": 1}]]},
        {"rows": [[{"what": "requests"}, {"n": -1}]]},
        {"rows": [[{"what": "requests"}, {"n": True}]]},
        {"rows": [[{"what": "requests"}, {"n": 1e300}]]},
        {"rows": [[{"what": "requests"}, {f"b{n}": 1 for n in range(40)}]]},
    ],
)
async def test_a_report_that_is_none_ends_the_conversation(body: dict[str, Any]) -> None:
    with pytest.raises(Fault) as caught:
        list(measures_of("n", body, NOW))
    assert caught.value.code == "feed.broken"


async def test_a_report_is_not_acknowledged_before_it_is_kept(
    database: Database, plane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, add, broken = Counting(database, lambda: NOW), database.telemetry.add, True

    async def adding(plane: str, measures: Any) -> None:
        if broken:
            raise LookupError
        await add(plane, measures)

    monkeypatch.setattr(database.telemetry, "add", adding)
    with pytest.raises(LookupError):
        async with asyncio.timeout(5):
            await counting.take(plane, "n", "b", 1, report(REQUESTS))
    broken = False
    await counting.take(plane, "n", "b", 1, report(REQUESTS))
    (row,) = await database.telemetry.query(plane, 600, 0, int(NOW) + 600)
    assert row.counts == {"n": 3}


async def test_a_node_cannot_tell_more_apart_than_there_is_room_for(
    database: Database, plane: str
) -> None:
    counting = Counting(database, lambda: NOW)
    rows = [({"what": "requests", "route": f"r{n}", "evil": f"{n}"}, {"n": 1}) for n in range(9000)]
    await counting.take(plane, "n1", "b", 1, report(*rows))
    await counting.take(plane, "n1", "b", 2, report(*rows[::-1]))
    found = await database.telemetry.query(plane, 600, 0, int(NOW) + 600)
    assert len(found) == 5001
    assert sum(one.counts["n"] for one in found) == 18_000
    assert all("evil" not in one.series for one in found)


async def test_who_reports_without_pause_does_not_hold_up_another_plane(
    database: Database, plane: str
) -> None:
    other = (await database.planes.add("other")).id
    counting = Counting(database, lambda: NOW)
    ended = False

    async def flood(node: str) -> None:
        number = 0
        while not ended:
            number += 1
            await counting.take(plane, node, "b", number, report(REQUESTS))

    floods = [asyncio.create_task(flood(f"n{n}")) for n in range(4)]
    await asyncio.sleep(0.5)
    async with asyncio.timeout(5):
        await counting.take(other, "m", "b", 1, report(REQUESTS))
    ended = True
    await asyncio.gather(*floods)
