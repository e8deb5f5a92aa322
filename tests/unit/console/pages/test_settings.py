import pytest

from gatepost.console.pages.settings import build
from tests.unit.console.hands import named, press_icon, problem, targets, until, write
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio


def names(plane: Plane) -> set[str]:
    return {one["name"] for one in plane.get("/v2/control-planes")["data"]}


async def test_it_tells_what_this_control_plane_is(plane: Plane) -> None:
    version = plane.get("/")["gatepost_version"]
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        for words in (version, "Kong 3.10.0", "sqlite", "reachable", "you are here", "default"):
            await user.should_see(words)
        await user.should_see(plane.get("/status")["configuration_hash"])


async def test_a_plane_is_made_renamed_and_deleted_with_its_name_typed(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see("default")
        press(user, "Make a control plane")
        await user.should_see("Make it")
        await write(user, "name", "<b>")
        press(user, "Make it")
        await until(lambda: "expected a name" in problem(user, "name"))
        await write(user, "name", "trying")
        press(user, "Make it")
        await user.should_see("trying is there.")
        (made,) = [o for o in plane.get("/v2/control-planes")["data"] if o["name"] == "trying"]
        await until(lambda: f"/?plane={made['id']}" in targets(user))
        base = f"/v2/control-planes/{made['id']}/core-entities"
        plane.make(f"{base}/services", name="api", url="http://127.0.0.1:9")
        press_icon(user, "Change trying")
        await user.should_see("Save")
        await write(user, "name", "tests")
        press(user, "Save")
        await until(lambda: "tests" in names(plane))
        await until(lambda: named(user, "Delete tests"))
        press_icon(user, "Delete tests")
        await user.should_see("Its whole configuration goes")
        await user.should_see("services")
        press(user, "Delete it for good")  # off until the name is typed
        await user.should_see("Type tests to go on")
        assert "tests" in names(plane)
        user.find("Type tests to go on").type("tests")
        press(user, "Delete it for good")
        await until(lambda: "tests" not in names(plane))


async def test_a_viewer_sees_and_is_told_what_it_takes(plane: Plane) -> None:
    async with (
        calls(plane, token_of(plane, "viewer")) as api,
        opened(build, view_of(api, role="viewer")) as user,
    ):
        await user.should_see("reachable")
        await user.should_see("This takes the role admin; you have viewer.")


async def test_a_database_that_is_away_is_said() -> None:
    async with admin_api() as (api, answers):
        answers.say("/", {"version": "3.10.0", "plugins": {"enabled_in_cluster": []}})
        answers.say("/status", {"database": {"reachable": False}})
        answers.say("/v2/control-planes", {"data": []})
        async with opened(build, view_of(api)) as user:
            await user.should_see("away")
