import pytest

from gatepost.console.pages.consumers import build
from tests.integration.admin_world import Admin
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import admin_api, opened, press, ui, view_of
from tests.unit.console.waiting import said, sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]

NASTY = "<script>alert('x')</script>" + "y" * 9000


async def test_a_consumer_is_added_found_and_shown_as_text(plane: Admin) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await sees(user, "No consumer yet")
        press(user, "Add the first")
        await sees(user, "Add it")
        press(user, "Add it")
        await sees(user, "at least one of these fields must be non-empty")
        write(user, "username", NASTY)
        write(user, "tags", ["gold"])
        press(user, "Add it")
        await until(lambda: plane.get("/consumers")["data"])
    plane.make("/consumers", username="bob", custom_id="c-1")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await sees(user, "<script>alert('x')</script>yyy")
        await sees(user, "gold")
        user.find(kind=ui.input).type("bob")
        await sees(user, "custom_id c-1")
        await user.should_not_see("<script>")
        user.find(kind=ui.input).clear().type("nobody")
        await sees(user, "No consumer is called 'nobody'.")


async def test_a_viewer_sees_and_is_told_why_adding_is_off() -> None:
    async with admin_api() as (api, answers):
        answers.say("/consumers", {"data": [], "next": None})
        async with opened(build, view_of(api, role="viewer")) as user:
            await sees(user, "No consumer yet")
            await sees(user, "This takes the role operator; you have viewer.")


async def test_a_refusal_is_said_in_the_form() -> None:
    async with admin_api() as (api, answers):
        answers.say("/consumers", {"message": "You need the role operator"}, 403)
        async with opened(build, view_of(api)) as user:
            await sees(user, "You need the role operator")
            press(user, "Add a consumer")
            await sees(user, "Add it")
            write(user, "username", "x")
            press(user, "Add it")
            await sees(user, "You need the role operator")
            assert said(user, "username") == ""
            press(user, "Cancel")
