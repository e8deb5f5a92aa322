import pytest

from gatepost.console.admin_api import AdminApi, Gone
from gatepost.console.pages.service_package import build
from gatepost.console.services.making import make_service, make_version
from tests.unit.console.hands import HOSTILE, click, enabled, write
from tests.unit.console.shown import opened, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_it_has_its_versions_with_where_they_run(api: AdminApi) -> None:
    made = await make_service(api, {"name": HOSTILE, "version": "v1", "url": "http://a:82/x"})
    await make_version(api, made["package"], {"version": "v2"})
    view = view_of(api, package=made["package"]["id"])
    async with opened(build, view) as user:
        for words in (HOSTILE, "v1", "v2", "http://a:82/x", "not implemented yet", "Documentation"):
            await user.should_see(words)
        await click(user, "New version")
        await write(user, "version", "v3")
        await click(user, "Cancel")


async def test_one_without_versions_teaches(api: AdminApi) -> None:
    package = await api.post("/service-packages", {"name": "Empty"})
    async with opened(build, view_of(api, package=package["id"])) as user:
        await user.should_see("No version yet")


async def test_it_is_deleted_with_what_implements_it_and_put_back(api: AdminApi) -> None:
    made = await make_service(
        api, {"name": "Orders", "version": "v1", "url": "http://a", "route": "/a"}
    )
    async with opened(build, view_of(api, package=made["package"]["id"])) as user:
        await click(user, "Delete")
        await user.should_see("Delete the gateway services too")
        await click(user, "Delete everything")
        await user.should_see("All services")
        assert (await api.page("/services")).items == []
        await click(user, "Undo")
        await user.should_see("It is back.")
    assert (await api.page("/routes")).items[0]["id"] == made["route"]["id"]


async def test_it_is_renamed_and_a_name_that_is_taken_is_told_at_its_field(api: AdminApi) -> None:
    await api.post("/service-packages", {"name": "Taken"})
    package = await api.post("/service-packages", {"name": "Orders"})
    async with opened(build, view_of(api, package=package["id"])) as user:
        await click(user, "Rename")
        await write(user, "name", "Taken")
        await click(user, "Save")
        await user.should_not_see("Saved.")
        await write(user, "name", "Better")
        await click(user, "Save")
        await user.should_see("Saved.")
    assert (await api.get("/service-packages/Better"))["id"] == package["id"]


async def test_a_viewer_cannot_change_it_and_what_is_gone_is_gone(api: AdminApi) -> None:
    package = await api.post("/service-packages", {"name": "Orders"})
    async with opened(build, view_of(api, "viewer", package=package["id"])) as user:
        await user.should_see("No version yet")
        for words in ("Rename", "Delete", "New version", "Write a document"):
            assert not enabled(user, words), words
    with pytest.raises(Gone):
        await build(view_of(api, package="../services"))
