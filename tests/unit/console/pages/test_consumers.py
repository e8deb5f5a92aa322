import pytest

from gatepost.console.pages.consumers import build
from tests.unit.console.hands import problem, until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import admin_api, opened, press, ui, view_of

pytestmark = pytest.mark.anyio

NASTY = "<script>alert('x')</script>" + "y" * 9000


async def test_a_consumer_is_added_found_and_shown_as_text(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("No consumer yet")
        press(user, "Add the first")
        await user.should_see("Add it")
        press(user, "Add it")
        await user.should_see("at least one of these fields must be non-empty")
        await write(user, "username", NASTY)
        await write(user, "tags", ["gold"])
        press(user, "Add it")
        await until(lambda: plane.get("/consumers")["data"])
    plane.make("/consumers", username="bob", custom_id="c-1")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("<script>alert('x')</script>yyy")
        await user.should_see("gold")
        user.find(kind=ui.input).type("bob")
        await user.should_see("custom_id c-1")
        await user.should_not_see("<script>")
        user.find(kind=ui.input).clear().type("nobody")
        await user.should_see("No consumer is called 'nobody'.")


async def test_a_viewer_sees_and_is_told_why_adding_is_off() -> None:
    async with admin_api() as (api, answers):
        answers.say("/consumers", {"data": [], "next": None})
        async with opened(build, view_of(api, role="viewer")) as user:
            await user.should_see("No consumer yet")
            await user.should_see("This takes the role operator; you have viewer.")


async def test_a_refusal_is_said_in_the_form() -> None:
    async with admin_api() as (api, answers):
        answers.say("/consumers", {"message": "You need the role operator"}, 403)
        async with opened(build, view_of(api)) as user:
            await user.should_see("You need the role operator")
            press(user, "Add a consumer")
            await user.should_see("Add it")
            await write(user, "username", "x")
            press(user, "Add it")
            await user.should_see("You need the role operator")
            assert problem(user, "username") == ""
            press(user, "Cancel")
