import asyncio
from collections.abc import Mapping

import pytest
from nicegui import ui

from gatepost.console.traces.filters import Filters
from tests.unit.console.shown import User, admin_api, shown, view_of
from tests.unit.console.telling.stories import HOSTILE

pytestmark = pytest.mark.anyio


class Wanted:
    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []

    async def __call__(self, wanted: Mapping[str, str]) -> None:
        self.told.append(dict(wanted))


async def until(true: object, patience: float = 3.0) -> None:
    for _ in range(int(patience / 0.02)):
        if true():  # type: ignore[operator]
            return
        await asyncio.sleep(0.02)
    raise AssertionError("in vain")


def field(user: User, label: str) -> ui.input:
    assert user.client is not None
    (found,) = [
        one for one in user.client.elements.values() if str(one.props.get("label")) == label
    ]
    assert isinstance(found, ui.input | ui.select)
    return found  # type: ignore[return-value]


def test_an_address_is_read_by_the_names_that_are_filters() -> None:
    found = Filters.read({"status": "401", "mark": "", "other": "x", "reason": "y" * 999})
    assert found == {"status": "401", "reason": "y" * 200}


async def test_fields_begin_with_the_address_and_tell_what_changes() -> None:
    async with admin_api() as (api, answers):
        answers.say("/clustering/data-planes", {"data": [{"id": "n1", "hostname": "node-one"}]})
        wanted = Wanted()
        begin = {"status": "401", "reason": "of.tomorrow", "node": "gone"}
        async with shown(lambda: Filters(view_of(api), begin, wanted)) as user:
            assert field(user, "Status").value == "401"
            assert field(user, "Reason").value == "of.tomorrow"
            node = field(user, "Data plane")
            await until(lambda: "n1" in node.options)  # type: ignore[attr-defined]
            assert node.value == "gone"
            field(user, "Consumer").set_value(f" {HOSTILE} ")
            await until(lambda: wanted.told)
            assert wanted.told[-1] == {**begin, "consumer": HOSTILE}


async def test_what_cannot_be_is_said_at_the_field_and_not_asked_for() -> None:
    async with admin_api() as (api, _):
        wanted = Wanted()
        async with shown(lambda: Filters(view_of(api), {}, wanted)) as user:
            field(user, "Status").set_value("4x")
            field(user, "Mark").set_value("<b>")
            await asyncio.sleep(0.2)
            assert wanted.told == []
            assert field(user, "Status").error == "Three digits"
            field(user, "Status").set_value("404")
            await until(lambda: wanted.told == [{"status": "404"}])


async def test_a_route_is_searched_by_name_and_picked() -> None:
    async with admin_api() as (api, answers):
        hit = {"kind": "routes", "id": "r1", "name": HOSTILE, "about": "/a"}
        answers.say("/search", {"data": [hit], "total": 1})
        wanted = Wanted()
        async with shown(lambda: Filters(view_of(api), {}, wanted)) as user:
            field(user, "Route: name or path").set_value("scr")
            await user.should_see(HOSTILE)
            query = next(one.query for one in answers.asked if one.path == "/search")
            assert (query["q"], query["kinds"]) == ("scr", "routes")
            found = user.find(HOSTILE)
            assert user.client is not None
            found.elements = {
                one for one in user.client.elements.values() if "gp-pick" in one.classes
            }
            found.click()
            await until(lambda: wanted.told == [{"route": "r1"}])
            field(user, "Route: name or path").set_value("")
            await until(lambda: wanted.told[-1] == {})


async def test_without_a_route_of_that_name_it_says_so_and_so_does_a_failure() -> None:
    async with admin_api() as (api, answers):
        answers.say("/search", {"data": [], "total": 0})
        async with shown(lambda: Filters(view_of(api), {}, Wanted())) as user:
            field(user, "Route: name or path").set_value("nope")
            await user.should_see("No route is called 'nope'.")
            answers.say("/search", {"message": "The database is away."}, 503)
            field(user, "Route: name or path").set_value("nope2")
            await user.should_see("The database is away.")


async def test_a_route_of_the_address_gets_its_name_and_clearing_wants_everything() -> None:
    async with admin_api() as (api, answers):
        hit = {"kind": "routes", "id": "r1", "name": "orders", "about": ""}
        answers.say("/search", {"data": [hit], "total": 1})
        wanted, made = Wanted(), list[Filters]()
        begin = {"route": "r1", "mark": "m"}
        async with shown(lambda: made.append(Filters(view_of(api), begin, wanted))) as user:
            box = field(user, "Route: name or path")
            await until(lambda: box.value == "orders")
            assert wanted.told == []
            await made[0].clear()
            assert wanted.told == [{}]
            assert (box.value, field(user, "Mark").value) == ("", None)
