from typing import Any

import pytest

from gatepost.console.pages.policies import build, fits
from tests.unit.console.hands import until
from tests.unit.console.shown import Answers, User, admin_api, opened, ui, view_of

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m" + "x" * 10_000


def policy(ident: str, name: str = "openid-connect", **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": name, "enabled": True, "config": {}, **more}


def plane(answers: Answers, *policies: dict[str, Any]) -> None:
    answers.say("/plugins", {"data": list(policies)})
    answers.say("/routes", {"data": [{"id": "r1", "name": "open-door"}]})
    answers.say("/services/s1", {"id": "s1", "name": "orders"})
    for one in policies:
        answers.say(f"/plugins/{one['id']}", one)


def switch(user: User) -> Any:
    (made,) = user.find(kind=ui.switch).elements
    return made


async def test_a_plane_without_policies_teaches_what_one_is() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        async with opened(build, view_of(api)) as user:
            await user.should_see("No policy yet: everything is open")
            await user.should_see("Add the first policy")


async def test_policies_are_listed_with_what_they_apply_to() -> None:
    tied = policy("p1", service={"id": "s1"}, tags=["staff"], instance_name=HOSTILE)
    async with admin_api() as (api, answers):
        plane(answers, tied, policy("p2"))
        async with opened(build, view_of(api)) as user:
            await user.should_see("orders")
            await user.should_see("every request")
            await user.should_see("staff")
            await user.should_see("<script>alert(1)</script>")


async def test_a_thing_that_cannot_be_read_is_shown_by_its_id() -> None:
    async with admin_api() as (api, answers):
        plane(answers, policy("p1", service={"id": "gone"}))
        async with opened(build, view_of(api)) as user:
            await user.should_see("gone")


def test_a_filter_knows_names_tags_and_scopes() -> None:
    one = policy("p", instance_name="Staff", tags=["blue"], route={"id": "r"})
    assert fits(one, "staff", "")
    assert fits(one, "blue", "route")
    assert not fits(one, "green", "")
    assert not fits(one, "", "everything")
    assert fits(policy("p"), "", "everything")
    assert not fits(policy("p"), "", "service")


async def test_a_filter_that_nothing_fits_says_so() -> None:
    async with admin_api() as (api, answers):
        plane(answers, policy("p1"))
        async with opened(build, view_of(api)) as user:
            await user.should_see("every request")
            user.find("filter").type("nothing-like-it")
            await user.should_see("No policy fits the filter.")


async def test_switching_off_says_which_routes_are_open_then() -> None:
    async with admin_api() as (api, answers):
        plane(answers, policy("p1"))
        async with opened(build, view_of(api)) as user:
            await user.should_see("every request")
            switch(user).set_value(False)
            await user.should_see("Nobody checks callers any more on 1 route")
            await user.should_see("open-door")
            user.find("Cancel").click()
            await until(lambda: switch(user).value)
            assert not [one for one in answers.asked if one.method == "PATCH"]


async def test_a_viewer_sees_and_cannot_switch() -> None:
    async with admin_api() as (api, answers):
        plane(answers, policy("p1"))
        async with opened(build, view_of(api, role="viewer")) as user:
            await user.should_see("every request")
            assert not switch(user).enabled
            assert not any(button.enabled for button in user.find(kind=ui.button).elements)


async def test_more_than_a_page_is_shown_when_it_is_asked_for() -> None:
    many = [policy(f"p{n}", instance_name=f"name-{n}") for n in range(100)]
    async with admin_api() as (api, answers):
        answers.say("/plugins", {"data": many, "offset": "next"})
        async with opened(build, view_of(api)) as user:
            await user.should_see("Show more")
            assert len(answers.asked) == 1
            user.find("Show more").click()
            await until(lambda: len(answers.asked) == 3)
