import json

import pytest

from gatepost.console.pages.settings_keys import build
from tests.unit.console.hands import press_icon, problem, until, write
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_a_vault_is_added_and_deleted(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add a vault")
        await user.should_see("Add it")
        await write(user, "prefix", "Wrong!")
        press(user, "Add it")
        await until(lambda: "must be lower case" in problem(user, "prefix"))
        await write(user, "prefix", "mine")
        await write(user, "config.prefix", "GATE_")
        press(user, "Add it")
        await until(lambda: plane.get("/vaults")["data"])
        (made,) = plane.get("/vaults")["data"]
        assert (made["prefix"], made["name"], made["config"]["prefix"]) == ("mine", "env", "GATE_")
        await user.should_see("mine")
        press_icon(user, "Delete mine")
        await user.should_see("references through it stop being valid")
        press(user, "Delete it")
        await until(lambda: not plane.get("/vaults")["data"])


async def test_a_key_is_added_to_its_set_and_never_shown(plane: Plane) -> None:
    plane.make("/key-sets", name="mine")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add a key")
        await user.should_see("Add it")
        await write(user, "kid", "<b>k1</b>")
        await write(user, "jwk", json.dumps({"kty": "oct", "k": "c2VjcmV0LXdvcmQ"}))
        await write(user, "set.name", "mine")
        press(user, "Add it")
        await user.should_see("<b>k1</b>")
        await user.should_not_see("c2VjcmV0LXdvcmQ")
        (made,) = plane.get("/keys")["data"]
        assert made["set"]["id"] == plane.get("/key-sets/mine")["id"]


async def test_a_viewer_sees_and_cannot_change(plane: Plane) -> None:
    async with (
        calls(plane, token_of(plane, "viewer")) as api,
        opened(build, view_of(api, role="viewer")) as user,
    ):
        await user.should_see("None yet.")
        await user.should_see("This takes the role operator; you have viewer.")
