import pytest

from gatepost.console.admin_api import Gone
from gatepost.console.pages.consumer import build
from tests.unit.console.hands import field, until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_it_is_changed_by_its_version_and_deleted_with_what_goes(plane: Plane) -> None:
    one = plane.make("/consumers", username="ann", custom_id="c-1", tags=["gold"])
    plane.make(f"/consumers/{one['id']}/acls", group="inner circle")
    path = f"/consumers/{one['id']}"
    async with calls(plane) as api, opened(build, view_of(api, consumer=one["id"])) as user:
        for words in ("c-1", "gold", "inner circle", "API keys", "Consumer groups"):
            await user.should_see(words)
        press(user, "Change")
        await user.should_see("Save")
        plane.json("PATCH", path, {"tags": ["silver"]})
        await write(user, "custom_id", "c-2")
        press(user, "Save")
        await user.should_see("Somebody changed this meanwhile")
        assert plane.get(path)["custom_id"] == "c-1"
        press(user, "Load anew")
        await user.should_not_see("Load anew")
        press(user, "Cancel")
        await user.should_not_see("Save")
        press(user, "Change")
        await user.should_see("Save")
        assert field(user, "tags").value == ["silver"]
        await write(user, "custom_id", "c-2")
        press(user, "Save")
        await until(lambda: plane.get(path)["custom_id"] == "c-2")
        press(user, "Delete")
        await user.should_see("Delete ann?")
        await user.should_see("0 requests")
        press(user, "Delete it")  # off until the name is typed
        await user.should_see("Type ann to go on")
        assert plane.get(path)["username"] == "ann"


async def test_its_traffic_is_told(plane: Plane) -> None:
    async with admin_api() as (api, answers):
        one = {"id": "c1", "username": "<i>ann</i>", "custom_id": "s-1", "tags": None}
        answers.say("/consumers/c1", one)
        labels = {"code": "2xx", "route": "r1"}
        answers.say("/telemetry", {"lines": [{"labels": labels, "total": {"n": 1234}}]})
        answers.say("/routes/r1", {"id": "r1", "name": "orders"})
        async with opened(build, view_of(api, consumer="c1")) as user:
            for words in ("<i>ann</i>", "2xx", "1,234", "orders"):
                await user.should_see(words)
            (revoke,) = user.find("Revoke tokens").elements
            assert revoke.props["href"] == "/revocations?target=subject&value=s-1"


async def test_nobody_of_that_name_is_gone(plane: Plane) -> None:
    async with calls(plane) as api:
        with pytest.raises(Gone):
            await build(view_of(api, consumer="no/such"))
