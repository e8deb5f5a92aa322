import pytest

from gatepost.console.searching import page_of, search_box
from tests.unit.console.shown import admin_api, shown, view_of


def test_every_kind_leads_somewhere_and_an_id_stays_one_segment() -> None:
    assert page_of("routes", "a/b") == "/routes/a%2Fb"
    assert page_of("what is this", "x") == "/"


@pytest.mark.anyio
async def test_what_is_found_is_shown_as_it_is_typed() -> None:
    async with admin_api() as (api, answers):
        hit = {"kind": "routes", "id": "1", "name": "<b>orders</b>", "about": "/orders"}
        answers.say("/search", {"data": [hit], "total": 14})
        async with shown(lambda: search_box(view_of(api))) as user:
            user.find(marker="search").type("ord")
            await user.should_see("<b>orders</b>")
            await user.should_see("and 13 more")
        assert answers.asked[-1].query["q"] == "ord"


@pytest.mark.anyio
async def test_nothing_found_and_nobody_there_are_said() -> None:
    async with admin_api() as (api, answers):
        answers.say("/search", {"data": [], "total": 0})
        async with shown(lambda: search_box(view_of(api))) as user:
            user.find(marker="search").type("zzz")
            await user.should_see("Nothing is called 'zzz'.")
            answers.say("/search", {"message": "The database is away"}, 503)
            user.find(marker="search").type("y")
            await user.should_see("The database is away")
