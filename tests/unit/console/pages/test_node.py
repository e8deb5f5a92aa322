import pytest

from gatepost.console.admin_api import Gone
from gatepost.console.pages.node import build
from tests.unit.console.hands import problem, until, write
from tests.unit.console.pages.test_nodes import NASTY, node
from tests.unit.console.shown import Answers, admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio

PATH = "/clustering/data-planes/n1"


def lines(label: str, *pairs: tuple[str, float]) -> dict[str, object]:
    return {"lines": [{"labels": {label: name}, "total": {"n": n}} for name, n in pairs]}


def telling(answers: Answers, **fields: object) -> None:
    answers.say(PATH, node("n1", **fields))
    status = {"configuration_hash": "bb" * 16, "configuration_version": 7}
    answers.say("/status", status)
    answers.say("/telemetry", {"lines": []})


async def test_what_it_is_and_runs_is_told() -> None:
    async with admin_api() as (api, answers):
        labels = {"zone": NASTY}
        telling(answers, in_sync=False, hostname=NASTY, labels=labels)
        async with opened(build, view_of(api, node="n1")) as user:
            for words in (
                NASTY, f"zone={NASTY}", "behind", "another than here", "10.0.0.7",
                "version 7", "in 20 d", "Nothing was counted yet",
            ):  # fmt: skip
                await user.should_see(words)


async def test_its_traffic_is_told_by_status_and_route() -> None:
    async with admin_api() as (api, answers):
        telling(answers)
        # one answer for each of the three questions: the page reads of each what it asked for
        both = {"code": "5xx", "route": "r1"}
        total = {"n": 31, "p50": 0.0007, "p99": 0.014}
        answers.say("/telemetry", {"lines": [{"labels": both, "total": total}]})
        answers.say("/routes/r1", {"id": "r1", "name": "<i>jwt</i>"})
        async with opened(build, view_of(api, node="n1")) as user:
            await user.should_see("5xx")
            await user.should_see("<i>jwt</i>")
            await user.should_see("99 of 100 less than 14 ms")
        asked = [dict(one.query) for one in answers.asked if one.path == "/telemetry"]
        assert {"what": "requests", "interval": "1h", "by": "code", "node": "n1"} in asked


async def test_turning_away_takes_an_admin_and_a_reason() -> None:
    async with admin_api() as (api, answers):
        telling(answers)
        async with opened(build, view_of(api, node="n1")) as user:
            press(user, "Turn away")
            await user.should_see("It goes on serving what it has")
            press(user, "Turn it away")
            await until(lambda: problem(user, "why") == "This is needed.")
            assert all(one.method == "GET" for one in answers.asked)
            await write(user, "why", "sold & gone")
            press(user, "Turn it away")
            await user.should_see("gate-1 is turned away.")
        (away,) = [one for one in answers.asked if one.method == "DELETE"]
        assert (away.path, away.query["why"]) == (PATH, "sold & gone")


async def test_an_operator_is_told_that_it_takes_an_admin() -> None:
    async with admin_api() as (api, answers):
        telling(answers)
        async with opened(build, view_of(api, role="operator", node="n1")) as user:
            await user.should_see("This takes the role admin; you have operator.")


async def test_no_such_node_is_gone() -> None:
    async with admin_api() as (api, _):
        with pytest.raises(Gone):
            await build(view_of(api, node="../../tokens"))
