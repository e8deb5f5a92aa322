import json

import pytest

from gatepost.console.pages.settings_keys import build
from tests.integration.admin_world import Admin
from tests.unit.console.real import calls, plane, token_of
from tests.unit.console.shown import opened, press, view_of
from tests.unit.console.waiting import press_icon, said, sees, until, write

pytestmark = pytest.mark.anyio
__all__ = ["plane"]


async def test_a_vault_is_added_and_deleted(plane: Admin) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add a vault")
        await sees(user, "Add it")
        write(user, "prefix", "Wrong!")
        press(user, "Add it")
        await until(lambda: "must be lower case" in said(user, "prefix"))
        write(user, "prefix", "mine")
        write(user, "config.prefix", "GATE_")
        press(user, "Add it")
        await until(lambda: plane.get("/vaults")["data"])
        (made,) = plane.get("/vaults")["data"]
        assert (made["prefix"], made["name"], made["config"]["prefix"]) == ("mine", "env", "GATE_")
        await sees(user, "mine")
        press_icon(user, "Delete mine")
        await sees(user, "references through it stop being valid")
        press(user, "Delete it")
        await until(lambda: not plane.get("/vaults")["data"])


async def test_a_key_is_added_to_its_set_and_never_shown(plane: Admin) -> None:
    plane.make("/key-sets", name="mine")
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Add a key")
        await sees(user, "Add it")
        write(user, "kid", "<b>k1</b>")
        write(user, "jwk", json.dumps({"kty": "oct", "k": "c2VjcmV0LXdvcmQ"}))
        write(user, "set.name", "mine")
        press(user, "Add it")
        await sees(user, "<b>k1</b>")
        await user.should_not_see("c2VjcmV0LXdvcmQ")
        (made,) = plane.get("/keys")["data"]
        assert made["set"]["id"] == plane.get("/key-sets/mine")["id"]


async def test_a_viewer_sees_and_cannot_change(plane: Admin) -> None:
    async with (
        calls(plane, token_of(plane, "viewer")) as api,
        opened(build, view_of(api, role="viewer")) as user,
    ):
        await sees(user, "None yet.")
        await sees(user, "This takes the role operator; you have viewer.")
