import pytest

from gatepost.console.collecting import STEP, Beginning
from gatepost.console.parts import live, text
from tests.unit.console.shown import admin_api, press, shown, view_of

pytestmark = pytest.mark.anyio


async def test_so_many_are_fetched_and_a_button_asks_for_more() -> None:
    async with admin_api() as (api, answers):
        answers.say("/things", {"data": [{"id": "1"}], "offset": "x", "next": "/things?offset=x"})
        wanted = Beginning("/things", count=1, query={"tags": "gold"})

        def draw() -> None:
            part = live(
                view_of(api), lambda: wanted.fetch(api), lambda got: below(got, lambda: part)
            )

        def below(got: object, part: object) -> None:
            text("drawn")
            wanted.more(got, part)  # type: ignore[arg-type]

        async with shown(draw) as user:
            await user.should_see("The first 1 are shown.")
            assert dict(answers.asked[0].query) == {"size": "1", "tags": "gold"}
            answers.say("/things", {"data": [{"id": "1"}, {"id": "2"}], "next": None})
            press(user, "Show more")
            await user.should_not_see("Show more")
        assert wanted.count == 1 + STEP
        assert answers.asked[-1].query["size"] == str(1 + STEP)
        wanted.again()
        assert wanted.count == STEP


async def test_more_than_a_page_of_the_admin_api_are_fetched_in_several() -> None:
    async with admin_api() as (api, answers):
        page = {"data": [{}] * 1000, "offset": "next"}
        answers.say("/things", page)
        got = await Beginning("/things", count=2000).fetch(api)
        assert len(got.items) == 2000
        assert got.next == "next"
        assert [dict(one.query) for one in answers.asked] == [
            {"size": "1000"},
            {"size": "1000", "offset": "next"},
        ]
