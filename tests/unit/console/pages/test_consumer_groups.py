import pytest

from gatepost.console.pages.consumer_groups import build
from tests.integration.admin_world import Admin
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import said, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


async def test_a_group_is_made_and_listed(plane: Admin) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("No group yet")
        press(user, "Make the first")
        await user.should_see("Make it")
        press(user, "Make it")
        await until(lambda: said(user, "name") == "This is needed.")
        write(user, "name", "<b>gold</b>")
        press(user, "Make it")
        await until(lambda: plane.get("/consumer_groups")["data"])
    async with calls(plane) as api, opened(build, view_of(api, role="viewer")) as user:
        await user.should_see("<b>gold</b>")
        await user.should_see("This takes the role operator; you have viewer.")
