import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.pages.upstreams import build, build_list
from tests.unit.console.hands import click, enabled, problem, until, write
from tests.unit.console.shown import opened, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_upstreams_are_taught_and_made(api: AdminApi) -> None:
    async with opened(build_list, view_of(api)) as user:
        await user.should_see("No upstream yet")
        await click(user, "New upstream")
        await write(user, "name", "10.0.0.1")
        await click(user, "Make it")
        await until(lambda: "no ip addresses" in problem(user, "name"))
        await write(user, "name", "orders.internal")
        await click(user, "Make it")
        await user.should_not_see("Host header")
    (made,) = (await api.page("/upstreams")).items
    assert made["name"] == "orders.internal"
    async with opened(build_list, view_of(api)) as user:
        await user.should_see("orders.internal")


async def test_targets_share_by_weight_and_are_added_changed_and_taken_away(api: AdminApi) -> None:
    one = await api.post("/upstreams", {"name": "many"})
    async with opened(build, view_of(api, upstream=one["id"])) as user:
        await user.should_see("No target yet")
        await click(user, "Add a target")
        await write(user, "target", "10.0.0.1:80")
        await click(user, "Add it")
        await user.should_see("100 %")
        await click(user, "Add a target")
        await write(user, "target", "10.0.0.2:80")
        await write(user, "weight", 300)
        await click(user, "Add it")
        await user.should_see("75 %")
        await click(user, "Weight of 10.0.0.2:80")
        await write(user, "weight", 0)
        await click(user, "Save")
        await user.should_see("out")
        await user.should_see("100 %")
        await click(user, "Delete 10.0.0.1:80")
        await user.should_see("What it got goes to the other targets.")
        buttons = "Delete"
        await click(user, buttons)
        await user.should_see("All weights are 0: nobody gets an answer.")
        await click(user, "Undo")
        await user.should_see("100 %")


async def test_an_upstream_is_changed_and_deleted(api: AdminApi) -> None:
    one = await api.post("/upstreams", {"name": "many", "tags": ["a"]})
    async with opened(build, view_of(api, upstream=one["id"])) as user:
        before = user.client
        await click(user, "Edit")
        await write(user, "host_header", "api.example")
        await write(user, "tags", [])
        await click(user, "Save")
        await user.should_see("Saved.")
        now = await api.get("/upstreams/many")
        assert (now["host_header"], now["tags"]) == ("api.example", None)
        await until(lambda: user.client is not before)  # it is shown anew
        await click(user, "Delete")
        await user.should_see("Delete many?")
        await click(user, "Delete")
        await user.should_see("many is deleted")


async def test_a_viewer_sees_and_cannot_change(api: AdminApi) -> None:
    one = await api.post("/upstreams", {"name": "many"})
    await api.post("/upstreams/many/targets", {"target": "10.0.0.1:80"})
    async with opened(build, view_of(api, "viewer", upstream=one["id"])) as user:
        await user.should_see("10.0.0.1:80")
        for words in ("Edit", "Delete", "Add a target", "Weight of 10.0.0.1:80"):
            assert not enabled(user, words), words
