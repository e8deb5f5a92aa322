import pytest

from gatepost.console.pages.consumer_group import build
from tests.integration.admin_world import Admin
from tests.unit.console.real import calls, plane
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


async def test_it_is_renamed_and_deleted_with_its_memberships(plane: Admin) -> None:
    group = plane.make("/consumer_groups", name="gold", tags=["vip"])
    plane.make("/consumers", username="<b>ann</b>")
    path = f"/consumer_groups/{group['id']}"
    plane.json("POST", f"{path}/consumers", {"consumer": "<b>ann</b>"})
    async with calls(plane) as api, opened(build, view_of(api, group=group["id"])) as user:
        await sees(user, "A consumer group: vip")
        await sees(user, "<b>ann</b>")
        press(user, "Change")
        await sees(user, "Save")
        write(user, "name", "silver")
        press(user, "Save")
        await until(lambda: plane.get(path)["consumer_group"]["name"] == "silver")
    async with calls(plane) as api, opened(build, view_of(api, group=group["id"])) as user:
        press(user, "Delete")
        await sees(user, "membership of")
        press(user, "Delete it")
        await until(lambda: plane.get("/consumer_groups")["data"] == [])
        assert plane.get("/consumers")["data"]
