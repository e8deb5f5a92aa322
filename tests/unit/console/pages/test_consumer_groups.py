import pytest

from gatepost.console.pages.consumer_groups import build
from tests.integration.admin_world import Admin
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import said, sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


async def test_a_group_is_made_and_listed(plane: Admin) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await sees(user, "No group yet")
        press(user, "Make the first")
        await sees(user, "Make it")
        press(user, "Make it")
        await until(lambda: said(user, "name") == "This is needed.")
        write(user, "name", "gold")
        press(user, "Make it")
        await until(lambda: plane.get("/consumer_groups")["data"])
    async with calls(plane) as api, opened(build, view_of(api, role="viewer")) as user:
        await sees(user, "gold")
        await sees(user, "This takes the role operator; you have viewer.")
