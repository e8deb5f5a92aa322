import pytest

from gatepost.console.admin_api import AdminApi, Gone
from gatepost.console.pages.version import build_service, build_version
from gatepost.console.services.making import make_service, make_version
from tests.unit.console.hands import HOSTILE, click, enabled, write
from tests.unit.console.shown import opened, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_a_version_has_everything_about_what_implements_it(api: AdminApi) -> None:
    made = await make_service(
        api, {"name": HOSTILE, "version": "v1", "url": "http://a:82/x", "route": "/orders"}
    )
    async with opened(build_version, view_of(api, version=made["version"]["id"])) as user:
        for words in (
            f"{HOSTILE} v1", "Traffic", "http://a:82/x", "/orders", "Policies", "Documentation",
            "OpenAPI", "No policy of its own for this service",
        ):  # fmt: skip
            await user.should_see(words)
        (add,) = user.find("Add a policy").elements
        assert add.props["href"] == f"/policies/new?service={made['service']['id']}"
        await click(user, "Rename")
        await write(user, "version", "v1.1")
        await click(user, "Save")
        await user.should_see("Saved.")
    assert (await api.get(f"/service-versions/{made['version']['id']}"))["version"] == "v1.1"


async def test_a_version_without_anything_is_told_where_it_runs(api: AdminApi) -> None:
    package = await api.post("/service-packages", {"name": "Orders"})
    version = await make_version(api, package, {"version": "v2"})
    async with opened(build_version, view_of(api, version=version["id"])) as user:
        await user.should_see("Nothing implements this version yet")
        await user.should_not_see("Traffic")
        await click(user, "Say where it runs")
        await click(user, "Save")
        await write(user, "url", "http://two")
        await click(user, "Save")
        await user.should_not_see("Another way to say it", retries=20)
    (made,) = (await api.page("/services")).items
    assert made["name"] == "orders-v2"
    now = await api.get(f"/service-versions/{version['id']}")
    assert now["service"] == {"id": made["id"]}


async def test_a_version_is_deleted_and_its_service_serves_on(api: AdminApi) -> None:
    made = await make_service(api, {"name": "Orders", "version": "v1", "url": "http://a"})
    async with opened(build_version, view_of(api, version=made["version"]["id"])) as user:
        await click(user, "Delete")
        await click(user, "Delete the version alone")
        await user.should_see("Orders v1 is deleted")
    assert len((await api.page("/services")).items) == 1


async def test_a_gateway_service_without_a_version_can_be_given_one_and_deleted(
    api: AdminApi,
) -> None:
    one = await api.post("/services", {"name": "curl-made", "url": "http://c"})
    await api.post("/services/curl-made/routes", {"name": "r", "paths": ["/r"]})
    async with opened(build_service, view_of(api, service=one["id"])) as user:
        for words in ("curl-made", "no version", "/r", "http://c"):
            await user.should_see(words)
        await click(user, "Give it a version")
        await user.should_see("Give curl-made a version")
        await click(user, "Cancel")
        await click(user, "Delete")
        await user.should_see("Its route goes with it")
        await click(user, "Delete")
        await user.should_see("curl-made is deleted")
    assert (await api.page("/services")).items == []


async def test_a_gateway_service_of_a_version_leads_to_it(api: AdminApi) -> None:
    made = await make_service(api, {"name": "Orders", "version": "v1", "url": "http://a"})
    async with opened(build_service, view_of(api, service=made["service"]["id"])) as user:
        await user.should_see("Version v1")
        await user.should_not_see("Give it a version")


async def test_a_viewer_cannot_change_anything(api: AdminApi) -> None:
    one = await api.post("/services", {"name": "curl-made", "url": "http://c"})
    async with opened(build_service, view_of(api, "viewer", service=one["id"])) as user:
        await user.should_see("No route leads here yet")
        for words in ("Edit", "Delete", "New route", "Give it a version"):
            assert not enabled(user, words), words
    for build, name in ((build_version, "version"), (build_service, "service")):
        with pytest.raises(Gone):
            await build(view_of(api, **{name: "no/such"}))
