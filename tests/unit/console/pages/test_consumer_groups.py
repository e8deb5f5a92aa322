import pytest

from gatepost.console.pages.consumer_groups import build
from tests.unit.console.hands import problem, until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_a_group_is_made_and_listed(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("No group yet")
        press(user, "Make the first")
        await user.should_see("Make it")
        press(user, "Make it")
        await until(lambda: problem(user, "name") == "This is needed.")
        await write(user, "name", "gold")
        press(user, "Make it")
        await until(lambda: plane.get("/consumer_groups")["data"])
    async with calls(plane) as api, opened(build, view_of(api, role="viewer")) as user:
        await user.should_see("gold")
        await user.should_see("This takes the role operator; you have viewer.")
