import time
from typing import Any

import pytest

from gatepost.admin.tracing import Tracing
from gatepost.store.database import Database

pytestmark = pytest.mark.anyio

NOW = time.time()


def entry(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": f"id-{number:04}", "at": NOW - 2000 + number, "outcome": "forward"}
    return {**told, "memory": "none", "seconds": 0.1, **more}


async def test_what_nodes_tell_is_written_and_what_is_malformed_is_passed_over(
    database: Database, plane: str
) -> None:
    tracing = Tracing(database, lambda: NOW)
    tracing.take(plane, "n1", [entry(1), {"id": 7}, entry(2, at=NOW - 90_000)])
    tracing.take(plane, "n2", [entry(3, at=NOW + 30, status=401), entry(4, at=NOW + 3600)])
    await tracing.stop()
    found = await database.traces.find(plane, {})
    assert [(one.id, one.node) for one in found] == [("id-0003", "n2"), ("id-0001", "n1")]
    assert found[0].at == NOW  # the clock of a node may be ahead


async def test_no_more_than_the_bound_is_kept(database: Database, plane: str) -> None:
    tracing = Tracing(database, lambda: NOW, kept=10)
    for begin in (0, 600):
        tracing.take(plane, "n", [entry(begin + number) for number in range(600)])
        await tracing.stop()
    found = await database.traces.find(plane, {}, limit=1000)
    assert [one.id for one in found] == [f"id-{number:04}" for number in range(1199, 1189, -1)]


async def test_what_waits_is_bounded_and_the_oldest_gives_way(
    database: Database, plane: str
) -> None:
    tracing = Tracing(database, lambda: NOW, kept=10_000)
    tracing.take(plane, "n", [entry(number, at=NOW - 1) for number in range(2100)])
    await tracing.stop()
    found = await database.traces.find(plane, {}, limit=5000)
    assert len(found) == 2000
    assert found[-1].id == "id-0100"


async def test_a_plane_that_is_gone_and_a_database_that_is_away_end_nothing(
    database: Database, plane: str, caplog: pytest.LogCaptureFixture
) -> None:
    tracing = Tracing(database, lambda: NOW)
    tracing.take("no-such-plane", "n", [entry(1)])
    tracing.take(plane, "n", [entry(2)])
    await tracing.stop()
    assert [one.id for one in await database.traces.find(plane, {})] == ["id-0002"]
    assert "1 traces could not be kept" in caplog.text


async def test_what_is_older_than_a_day_is_forgotten(database: Database, plane: str) -> None:
    now = NOW
    tracing = Tracing(database, lambda: now)
    tracing.take(plane, "n", [entry(1)])
    await tracing.stop()
    now += 86_400
    await tracing.forget_old()
    assert await database.traces.find(plane, {}) == []
