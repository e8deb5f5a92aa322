import pytest

from gatepost.console.pages.traces import build
from tests.unit.console.shown import admin_api, opened, press, view_of
from tests.unit.console.telling.stories import trace

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.console.pages.traces._EVERY", 0.1)


async def test_new_requests_appear_until_it_is_paused() -> None:
    async with admin_api() as (api, answers):
        one, two, three = (trace("accepted", id=x * 32, path=f"/{x}") for x in "abc")
        answers.say("/traces", {"data": [one], "next": None})
        async with opened(build, view_of(api)) as user:
            await user.should_see("GET /a")
            await user.should_see("That is all that is kept.")
            answers.say("/traces", {"data": [two, one], "next": None})
            await user.should_see("GET /b")
            press(user, "Pause")
            await user.should_see("Paused")
            answers.say("/traces", {"data": [three], "next": None})
            await user.should_see("GET /b")
            await user.should_not_see("GET /c")
            press(user, "Go on")
            await user.should_see("GET /c")
            await user.should_not_see("GET /b")


async def test_show_more_adds_what_is_older() -> None:
    async with admin_api() as (api, answers):
        new, old = (trace("accepted", id=x * 32, path=f"/{x}") for x in "no")
        answers.say("/traces", {"data": [new], "next": "/traces?before=x&size=50"})
        async with opened(build, view_of(api)) as user:
            await user.should_see("GET /n")
            answers.say("/traces", {"data": [old], "next": None})
            press(user, "Show more")
            await user.should_see("GET /o")
            await user.should_see("GET /n")
            await user.should_see("Paused")


async def test_an_empty_page_teaches_and_a_filtered_one_lets_go_of_its_filters() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"data": [], "next": None})
        async with opened(build, view_of(api)) as user:
            await user.should_see("A trace tells what became of one request")
            await user.should_see("Try it")
        async with opened(build, view_of(api, mark="x")) as user:
            await user.should_see("No request fits")
            press(user, "Clear the filters")
            await user.should_see("No request was seen yet")
            assert "mark" not in answers.asked[-1].query


async def test_a_filter_that_the_admin_api_refuses_is_told() -> None:
    async with admin_api() as (api, answers):
        answers.say("/traces", {"message": "outcome must be one of: forward"}, 400)
        async with opened(build, view_of(api, outcome="odd")) as user:
            await user.should_see("outcome must be one of: forward")
