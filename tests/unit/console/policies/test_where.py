from typing import Any

import pytest

from gatepost.console.policies.schema import PluginSchema
from gatepost.console.policies.where import Where, reach_words
from tests.unit.console.hands import until
from tests.unit.console.policies.schemas import OIDC, UNKNOWN
from tests.unit.console.shown import Answers, User, admin_api, shown, ui, view_of

pytestmark = pytest.mark.anyio

HOSTILE = "<script>\u202e\x1b[31m"


def plane(answers: Answers) -> None:
    answers.say("/services", {"data": [{"id": "s1", "name": HOSTILE}]})
    answers.say("/services/orders", {"id": "s2", "name": "orders"})
    answers.say("/services/s1/routes", {"data": [{"id": "r1"}, {"id": "r2"}]})
    answers.say("/services/s2/routes", {"data": []})
    answers.say("/routes", {"data": [{"id": "r1", "name": "r"}] * 3})
    answers.say("/consumers", {"data": [{"id": "c1", "username": "ann"}]})


def toggle(user: User) -> Any:
    (made,) = user.find(kind=ui.toggle).elements
    return made


def made(api: Any, begin: Any = None, schema: PluginSchema = OIDC) -> list[Where]:
    return [Where(view_of(api), schema, begin, lambda: None)]


async def test_everywhere_says_how_many_routes_that_is() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        async with shown(lambda: made(api)) as user:
            await user.should_see("It reaches all 3 routes of this control plane")


async def test_a_service_is_chosen_among_all() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        found: list[Where] = []
        async with shown(lambda: found.extend(made(api))) as user:
            toggle(user).set_value("service")
            await until(lambda: found[0].missing == "Choose the service first.")
            await user.should_see(kind=ui.select)
            (select,) = user.find(kind=ui.select).elements
            assert select.options == {"s1": HOSTILE}
            select.set_value("s1")
            await until(lambda: found[0].scope == {"service": {"id": "s1"}})
            assert found[0].missing is None
            await user.should_see("It reaches 2 routes")


async def test_what_the_address_names_is_chosen_already_and_known_by_its_id() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        found: list[Where] = []
        async with shown(lambda: found.extend(made(api, ("service", "orders")))) as user:
            await user.should_see("It reaches 0 routes")
            assert found[0].scope == {"service": {"id": "s2"}}
            assert found[0].names["s2"] == "orders"


async def test_only_what_the_plugin_can_be_tied_to_is_offered() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        async with shown(lambda: made(api, ("consumer", "c1"))) as user:
            assert "consumer" not in toggle(user).options
            assert toggle(user).value == ""
        async with shown(lambda: made(api, ("consumer", "c1"), UNKNOWN)) as user:
            await user.should_see(kind=ui.select)
            (select,) = user.find(kind=ui.select).elements
            assert select.options == {"c1": "ann"}


async def test_what_is_not_there_is_said() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services", {"data": []})
        async with shown(lambda: made(api, ("service", "gone"))) as user:
            await user.should_see("Not found")


def test_the_reach_is_told_in_words() -> None:
    assert reach_words("", 12_345).startswith("It reaches all 12,345 routes")
    assert reach_words("service", 1).startswith("It reaches 1 route:")
    assert reach_words("route", 1) == "It reaches this one route."
