from typing import Any

import pytest

from gatepost.console.parts.policy_list import policies_of
from tests.unit.console.shown import admin_api, shown, ui, view_of


def policy(name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"id-{name}", "name": name, "enabled": True, "config": {}, **more}


@pytest.mark.anyio
async def test_a_service_without_policies_says_what_one_is_for() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services/s1/plugins", {"data": []})
        async with shown(lambda: policies_of(view_of(api), service="s1")) as user:
            await user.should_see("No policy of its own for this service")
            (button,) = user.find(kind=ui.button).elements
            assert button.props["href"] == "/policies/new?service=s1"


@pytest.mark.anyio
async def test_the_policies_of_a_consumer_are_listed_whatever_they_are_called() -> None:
    hostile = "<script>alert(1)</script>\u202e\x1b[31m"
    async with admin_api() as (api, answers):
        answers.say("/consumers/c1/plugins", {"data": [policy("x", instance_name=hostile)]})
        async with shown(lambda: policies_of(view_of(api), consumer="c1")) as user:
            await user.should_see(f"{hostile} (x)")
            await user.should_see("on")


@pytest.mark.anyio
async def test_a_route_shows_those_of_its_service_that_it_has_none_of_itself() -> None:
    async with admin_api() as (api, answers):
        answers.say("/routes/r1/plugins", {"data": [policy("mine")]})
        answers.say("/routes/r1", {"service": {"id": "s1"}})
        answers.say("/services/s1/plugins", {"data": [policy("mine"), policy("theirs")]})
        async with shown(lambda: policies_of(view_of(api), route="r1")) as user:
            await user.should_see("Of its service, and so in force here as well")
            await user.should_see("theirs")
            named = [one.text for one in user.find("mine").elements if hasattr(one, "text")]
            assert named == ["mine"]


@pytest.mark.anyio
async def test_who_may_not_change_cannot_add_one() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services/s1/plugins", {"data": []})
        view = view_of(api, role="viewer")
        async with shown(lambda: policies_of(view, service="s1")) as user:
            await user.should_see("No policy of its own")
            (button,) = user.find(kind=ui.button).elements
            assert not button.enabled
