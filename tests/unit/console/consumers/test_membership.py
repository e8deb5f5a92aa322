import pytest

from gatepost.console.consumers.membership import groups_of, members_of
from tests.unit.console.hands import press_icon, targets, until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import press, shown, view_of

pytestmark = pytest.mark.anyio


async def test_a_member_comes_leaves_and_is_put_back(plane: Plane) -> None:
    group = f"/consumer_groups/{plane.make('/consumer_groups', name='partners')['id']}"
    ann = plane.make("/consumers", username="<b>ann</b>")
    async with calls(plane) as api:
        view = view_of(api)
        async with shown(lambda: members_of(view, group)) as user:
            await user.should_see("None yet.")
            press(user, "Add a consumer")
            await user.should_see("Add it")
            await write(user, "consumer", ann["id"])
            press(user, "Add it")
            await until(lambda: f"/consumers/{ann['id']}" in targets(user))
            press_icon(user, "Take <b>ann</b> out")
            await user.should_see("<b>ann</b> is out.")
            assert plane.get(f"{group}/consumers")["data"] == []
            press(user, "Undo")
            await until(lambda: plane.get(f"{group}/consumers")["data"])


async def test_the_groups_of_a_consumer_are_the_same_from_its_end(plane: Plane) -> None:
    gold = plane.make("/consumer_groups", name="gold")
    bob = plane.make("/consumers", username="bob")
    plane.json("POST", f"/consumers/{bob['id']}/consumer_groups", {"group": "gold"})
    async with calls(plane) as api:
        view = view_of(api, role="viewer")
        async with shown(lambda: groups_of(view, f"/consumers/{bob['id']}")) as user:
            await user.should_see("gold")
            assert f"/consumer-groups/{gold['id']}" in targets(user)
            await user.should_see("This takes the role operator; you have viewer.")
