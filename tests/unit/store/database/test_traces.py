from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gatepost.store.database import Database, Traced
from gatepost.store.database.tables import traces

pytestmark = pytest.mark.anyio

FOUND: dict[str, Any] = {"route": "r", "service": "s", "outcome": "forward", "status": 200}


def one(number: int, **more: Any) -> Traced:
    found = {**FOUND, **more}
    return Traced(f"id-{number:03}", "n", 1000.0 + number, found, {"path": f"/{number}"})


async def test_the_newest_come_first_page_by_page(database: Database, plane: str) -> None:
    await database.traces.add(plane, [one(number) for number in range(5)])
    first = await database.traces.find(plane, {}, limit=2)
    assert [found.id for found in first] == ["id-004", "id-003"]
    before = (first[-1].at, first[-1].id)
    second = await database.traces.find(plane, {}, before=before, limit=9)
    assert [found.id for found in second] == ["id-002", "id-001", "id-000"]
    assert second[0].summary == {"path": "/2"}


async def test_they_are_found_by_their_fields_and_plane(database: Database, plane: str) -> None:
    other = (await database.planes.add("other")).id
    some = [one(1, mark="m"), one(2, status=401, code="token.expired"), one(3, consumer="c")]
    await database.traces.add(plane, some)
    await database.traces.add(other, [one(1, mark="m")])
    for where, ident in (
        ({"mark": "m"}, "id-001"),
        ({"status": 401, "code": "token.expired", "route": "r"}, "id-002"),
        ({"consumer": "c", "node": "n"}, "id-003"),
    ):
        assert [found.id for found in await database.traces.find(plane, where)] == [ident]
    assert await database.traces.find(plane, {"node": "another"}) == []
    assert await database.traces.get(other, "id-002") is None


async def test_the_two_halves_of_a_request_may_come_in_any_order(
    database: Database, plane: str
) -> None:
    end = replace(one(1, status=502), detail=None)
    begin = replace(one(1, status=None), detail={"steps": []}, summary={"path": "/?"}, ended=False)
    for halves in ((end, begin), (begin, end)):
        for half in halves:
            await database.traces.add(plane, [half])
        found = await database.traces.get(plane, "id-001")
        assert found is not None
        assert (found.summary, found.detail) == ({"path": "/1"}, {"steps": []})
        assert found.found["status"] == 502
        await database.traces.prune(9999)


async def test_only_the_newest_are_kept_and_of_those_only_the_young(
    database: Database, plane: str
) -> None:
    await database.traces.add(plane, [one(number) for number in range(9)])
    assert await database.traces.keep_newest(plane, 20) == 0
    assert await database.traces.keep_newest(plane, 4) == 5
    assert [found.id for found in await database.traces.find(plane, {})][-1] == "id-005"
    assert await database.traces.prune(1007.0) == 2
    assert len(await database.traces.find(plane, {})) == 2


async def test_claims_and_paths_are_sealed(database: Database, plane: str) -> None:
    detail = {"claims": [{"subject": "canary-subject"}]}
    told = replace(one(1), summary={"path": "/canary-path"}, detail=detail)
    await database.traces.add(plane, [told])
    async with database.traces._access.reading() as link:
        row = (await link.run(select(traces))).one()
    assert b"canary" not in row.summary + row.detail
    assert "canary" not in repr(told)
