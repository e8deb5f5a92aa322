import asyncio

import pytest

from gatepost.console.admin_api import Away
from gatepost.console.traces.latest import Latest
from tests.unit.console.shown import Answers, admin_api
from tests.unit.console.telling.stories import trace

pytestmark = pytest.mark.anyio


def rows(*idents: str) -> list[dict[str, object]]:
    return [trace("no token", id=one) for one in idents]


async def name(ident: str) -> str:
    return f"name of {ident[:2]}"


async def under_way_at(answers: Answers, count: int) -> None:
    """Wait until so many questions have come."""
    for _ in range(500):
        if len(answers.asked) >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody asks")


def asked(answers: Answers) -> list[dict[str, str]]:
    return [dict(one.query) for one in answers.asked if one.path == "/traces"]


async def test_it_asks_for_what_is_wanted_and_learns_each_name_once() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"data": rows("a", "b"), "next": None})
        learnt: list[str] = []

        async def learn(ident: str) -> str:
            learnt.append(ident)
            return await name(ident)

        latest = Latest(api, {"outcome": "refused"}, learn)
        found = await latest.fetch()
        assert await latest.fetch() == found
        assert asked(answers) == [{"size": "50", "outcome": "refused"}] * 2
        assert learnt == [rows("a")[0]["route"]]
        assert found["names"] == {learnt[0]: "name of 00"}


async def test_looking_back_goes_on_from_the_last_and_stands_still() -> None:
    async with admin_api() as (api, answers):
        following = "/v2/control-planes/x/core-entities/traces?before=CURSOR%3D&status=401&size=50"
        answers.say("/traces", {"data": rows("b"), "next": following})
        latest = Latest(api, {"status": "401"}, name)
        await latest.fetch()
        answers.say("/traces", {"data": rows("a"), "next": None})
        await latest.more()
        assert asked(answers)[-1] == {"size": "50", "status": "401", "before": "CURSOR="}
        assert latest.paused
        assert [one["id"] for one in (await latest.fetch())["data"]] == ["b", "a"]
        await latest.more()
        assert len(asked(answers)) == 2


async def test_what_could_not_be_loaded_is_not_half_there() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"data": rows("b"), "next": "/traces?before=x"})
        latest = Latest(api, {}, name)
        await latest.fetch()
        answers.say("/traces", {"message": "away"}, 503)
        with pytest.raises(Away):
            await latest.more()
        assert not latest.paused


async def test_other_filters_begin_at_the_newest() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"data": [], "next": None})
        latest = Latest(api, {}, name)
        await latest.fetch()
        latest.paused = True
        latest.choose({"mark": "x"})
        await latest.fetch()
        assert not latest.paused
        assert asked(answers)[-1] == {"size": "50", "mark": "x"}


async def test_an_answer_to_what_is_no_longer_wanted_is_not_shown() -> None:
    async with admin_api() as (api, answers):
        answers.waits_for = asyncio.Event()
        answers.say("/traces", {"data": rows("old"), "next": None})
        latest = Latest(api, {}, name)
        under_way = asyncio.create_task(latest.fetch())
        await under_way_at(answers, 1)
        latest.choose({"mark": "x"})
        answers.say("/traces", {"data": rows("new"), "next": None})
        answers.waits_for.set()
        await under_way
        assert [one["id"] for one in (await latest.fetch())["data"]] == ["new"]
        latest.paused = True
        assert [one["id"] for one in (await latest.fetch())["data"]] == ["new"]


async def test_a_filter_that_cannot_be_is_a_sentence() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"message": "status must be a number from 100 to 599"}, 400)
        found = await Latest(api, {"status": "x"}, name).fetch()
        assert found["data"] == []
        assert "from 100 to 599" in found["problem"]


async def test_what_is_older_does_not_follow_filters_that_were_changed_meanwhile() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"data": rows("b"), "next": "/traces?before=x"})
        latest = Latest(api, {}, name)
        await latest.fetch()
        answers.waits_for = asyncio.Event()
        count = len(answers.asked)
        looking = asyncio.create_task(latest.more())
        await under_way_at(answers, count + 1)
        latest.choose({"mark": "x"})
        answers.say("/traces", {"data": rows("c"), "next": None})
        answers.waits_for.set()
        await looking
        assert [one["id"] for one in (await latest.fetch())["data"]] == ["c"]
