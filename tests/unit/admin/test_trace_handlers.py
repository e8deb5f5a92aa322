import time
from typing import Any
from urllib.parse import quote

import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.store.database import Database
from tests.admin_desk import Desk, judging_desk

pytestmark = pytest.mark.anyio

NOW = time.time()
HOSTILE = "/<script>alert(1)</script>'\"\u202e"


def entry(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": f"id-{number}", "at": NOW - 100 + number, "outcome": "forward", "seconds": 0.1}
    return {**told, "memory": "none", "path": HOSTILE, **more}


async def tell(desk: Desk, plane: str, *entries: dict[str, Any]) -> None:
    desk.control.cluster.tracing.take(plane, "n1", entries)
    await desk.control.cluster.tracing.stop()


async def test_traces_are_listed_newest_first_and_followed_to_the_end(
    database: Database, plane: str
) -> None:
    async with judging_desk(database) as desk:
        await tell(desk, plane, *(entry(number) for number in range(5)))
        shown = (await desk.ask("GET", "/traces?size=2&outcome=forward")).json()
        assert [one["id"] for one in shown["data"]] == ["id-4", "id-3"]
        assert shown["data"][0]["path"] == HOSTILE
        assert "decided_by" not in shown["data"][0]
        second = (await desk.ask("GET", shown["next"])).json()
        last = (await desk.ask("GET", second["next"])).json()
        assert [one["id"] for one in second["data"] + last["data"]] == ["id-2", "id-1", "id-0"]
        assert last["next"] is None


async def test_a_consumer_is_found_by_id_and_name_and_has_the_name_of_today(
    database: Database, plane: str
) -> None:
    async with judging_desk(database) as desk:
        ident = (await desk.ask("POST", "/consumers", {"username": "ann lee"})).json()["id"]
        await tell(desk, plane, entry(1, consumer=ident), entry(2, consumer="gone"))
        for asked in (ident, quote("ann lee")):
            (one,) = (await desk.ask("GET", f"/traces?consumer={asked}")).json()["data"]
            assert one["consumer"] == {"id": ident, "username": "ann lee"}
        (one,) = (await desk.ask("GET", "/traces?consumer=gone")).json()["data"]
        assert one["consumer"] == {"id": "gone", "username": None}


async def test_a_remembered_request_is_shown_with_the_question_that_it_rests_on(
    database: Database, plane: str
) -> None:
    detail = {"steps": [{"at_ms": 0.1, "what": "proven"}], "id": "forged"}
    async with judging_desk(database) as desk:
        await tell(
            desk,
            plane,
            entry(1, memory="asked", detail=detail),
            entry(2, memory="level1", decided_by="id-1"),
            entry(3, memory="level2", decided_by="long-gone"),
        )
        asked = (await desk.ask("GET", "/traces/id-1")).json()
        assert (asked["id"], asked["steps"][0]["what"]) == ("id-1", "proven")
        remembered = (await desk.ask("GET", "/traces/id-2")).json()
        assert remembered["decided_by"] == asked
        assert (await desk.ask("GET", "/traces/id-3")).json()["decided_by"] is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("route=a/b", "an id"),
        ("mark=<b>", "a mark"),
        ("outcome=won", "forward, refused, answered"),
        ("status=9999", "from 100 to 599"),
        ("reason=A%20B", "token.expired"),
        ("path=/x", "there are: route"),
        ("before=bm90aGluZw%3D%3D", "the page before"),
        ("before=%00", "offset"),
        ("size=0", "between 1 and 1000"),
    ],
)
async def test_a_filter_that_is_none_says_what_can_be_asked_for(
    database: Database, query: str, said: str
) -> None:
    async with judging_desk(database) as desk:
        answer = await desk.ask("GET", f"/traces?{query}")
        assert answer.status == 400
        assert said in answer.json()["message"]


async def test_a_trace_that_is_not_there_is_404_and_other_planes_see_none(
    database: Database, plane: str
) -> None:
    async with judging_desk(database) as desk:
        await tell(desk, plane, entry(1))
        for path in ("/traces/nothing", "/traces/%00", "/traces/" + "x" * 500):
            assert (await desk.ask("GET", path)).status in {400, 404}
        other = (await desk.ask("POST", "/v2/control-planes", {"name": "other"})).json()["id"]
        base = f"/v2/control-planes/{other}/core-entities/traces"
        assert (await desk.ask("GET", base)).json()["data"] == []
        assert (await desk.ask("GET", f"{base}/id-1")).status == 404


async def test_a_viewer_may_look(database: Database, plane: str) -> None:
    async with judging_desk(database) as desk:
        await tell(desk, plane, entry(1))
        desk.caller = Caller("somebody", Role.VIEWER, "token", plane=plane)
        assert len((await desk.ask("GET", "/traces")).json()["data"]) == 1
        assert (await desk.ask("GET", "/traces/id-1")).status == 200
