from typing import Any

import pytest

from gatepost.console.pages.overview import build
from tests.unit.console.shown import Answers, admin_api, opened, view_of

pytestmark = pytest.mark.anyio
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


def quiet(answers: Answers, **counts: Any) -> None:
    answers.say("/attention", {"data": [], "more": 0})
    nothing = {"lines": [], "what": "requests", "step": 10, "begin": 0, "end": 10}
    answers.say("/telemetry", nothing)
    answers.say("/counts", {"routes": 0, "nodes": {"total": 0}, **counts})


async def test_an_empty_control_plane_teaches_how_to_begin() -> None:
    async with admin_api() as (api, answers):
        quiet(answers)
        async with opened(build, view_of(api)) as user:
            await user.should_see("Nothing is served yet")
            await user.should_see("All is well")
            await user.should_see("New service")


async def test_what_needs_a_person_leads_to_where_it_is_mended() -> None:
    items = [
        {"what": "node.refused", "level": "problem", "says": f"Node {HOSTILE} refused",
         "do": "Look", "kind": "nodes", "id": "n1", "name": HOSTILE},
        {"what": "route.open", "level": "warning", "says": "3 routes are open", "do": "Add one",
         "kind": "routes", "id": "r1", "name": "a"},
        {"what": "x", "level": "hint", "says": "Nowhere", "do": "Nothing", "kind": None, "id": None,
         "name": None},
    ]  # fmt: skip
    async with admin_api() as (api, answers):
        quiet(answers, routes=3)
        answers.say("/attention", {"data": items, "more": 5})
        async with opened(build, view_of(api)) as user:
            await user.should_see(f"Node {HOSTILE} refused")
            (node,) = user.find(f"Node {HOSTILE} refused").elements
            assert node.parent_slot.parent.props["href"] == "/nodes/n1"
            (route,) = user.find("3 routes are open").elements
            assert route.parent_slot.parent.props["href"] == "/routes/r1"
            await user.should_see("and 5 more")


async def test_traffic_is_told_in_a_few_numbers_and_the_busiest_by_name() -> None:
    total = {"n": 3600, "mean": 0.01, "p50": 0.004, "p95": 0.02, "p99": 0.3}
    line = {"labels": {"code": "5xx", "service": "s1"}, "total": total, "points": []}
    async with admin_api() as (api, answers):
        quiet(answers, routes=1, nodes={"total": 3, "in_sync": 1, "away": 1, "turned_away": 1})
        chart = {"lines": [line], "what": "x", "step": 10, "begin": 0, "end": 3600}
        answers.say("/telemetry", chart)
        answers.say("/services/s1", {"name": HOSTILE})
        async with opened(build, view_of(api, interval="what")) as user:
            await user.should_see("3,600")
            await user.should_see("1 a second")
            await user.should_see("100.0%")
            await user.should_see("20 ms")
            await user.should_see("1 of 2")
            await user.should_see(HOSTILE)
        asked = {one.query["interval"] for one in answers.asked if one.path == "/telemetry"}
        assert asked == {"1h"}  # an interval that is none is that of the page
