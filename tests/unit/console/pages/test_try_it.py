from typing import Any

import pytest

from gatepost.console.pages.try_it import build, build_callback
from gatepost.console.trying import LOGINS
from tests.unit.console.shown import admin_api, opened, view_of
from tests.unit.console.trying.desks import _USUAL

pytestmark = pytest.mark.anyio


async def test_a_route_of_the_address_is_taken() -> None:
    async with admin_api() as (api, answers):
        for path, value in _USUAL.items():
            answers.say(path, value)
        async with opened(build, view_of(api, route="r1")) as user:
            await user.should_see("Try it")
            await user.should_see("/orders")
            await user.should_see("Client credentials")


async def test_a_route_that_is_gone_is_said_to_be_so_and_the_page_works() -> None:
    async with admin_api() as (api, answers):
        for path, value in _USUAL.items():
            answers.say(path, value)
        async with opened(build, view_of(api, route="../../nodes")) as user:
            await user.should_see("There is no such route any more.")
            await user.should_see("The request")


async def test_who_may_only_look_is_told_which_role_it_takes() -> None:
    async with admin_api() as (api, answers), opened(build, view_of(api, "viewer")) as user:
        await user.should_see("Trying takes the role operator")
        assert answers.asked == []


async def test_a_login_that_nobody_waits_for_is_not_completed() -> None:
    async with admin_api() as (api, answers):
        view = view_of(api, code="canary-code", state="of-somebody")
        async with opened(build_callback, view) as user:
            await user.should_see("No page here waits for this login")
            await user.should_not_see("canary-code")
            assert answers.asked == []


async def test_a_login_that_comes_back_is_said_to_be_done() -> None:
    async with admin_api() as (api, _):
        view = view_of(api, code="canary-code", state="awaited")
        taken: list[Any] = []

        async def take(parameters: Any) -> str | None:
            taken.append(parameters)
            return None

        LOGINS.begin("awaited", view.me, take)
        async with opened(build_callback, view) as user:
            await user.should_see("You are logged in")
        assert taken == [{"code": "canary-code", "state": "awaited"}]
