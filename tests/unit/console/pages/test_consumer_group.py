import pytest

from gatepost.console.pages.consumer_group import build
from tests.unit.console.hands import until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_it_is_renamed_and_deleted_with_its_memberships(plane: Plane) -> None:
    group = plane.make("/consumer_groups", name="gold", tags=["vip"])
    plane.make("/consumers", username="<b>ann</b>")
    path = f"/consumer_groups/{group['id']}"
    plane.json("POST", f"{path}/consumers", {"consumer": "<b>ann</b>"})
    async with calls(plane) as api, opened(build, view_of(api, group=group["id"])) as user:
        await user.should_see("A consumer group: vip")
        await user.should_see("<b>ann</b>")
        press(user, "Change")
        await user.should_see("Save")
        await write(user, "name", "silver")
        press(user, "Save")
        await until(lambda: plane.get(path)["consumer_group"]["name"] == "silver")
    async with calls(plane) as api, opened(build, view_of(api, group=group["id"])) as user:
        press(user, "Delete")
        await user.should_see("membership of")
        press(user, "Delete it")
        await until(lambda: plane.get("/consumer_groups")["data"] == [])
        assert plane.get("/consumers")["data"]
