import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.pages.services import build
from gatepost.console.services.making import make_service
from tests.unit.console.hands import HOSTILE, click, enabled, until, write
from tests.unit.console.shown import admin_api, opened, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_where_there_is_none_the_page_teaches_and_begins(api: AdminApi) -> None:
    async with opened(build, view_of(api)) as user:
        await user.should_see("No service yet")
        await user.should_not_see("Gateway services without a version")
        await click(user, "New service")
        await user.should_see("One API as your callers know it.")


async def test_services_have_versions_and_those_without_one_stand_beside_them(
    api: AdminApi,
) -> None:
    made = await make_service(
        api, {"name": HOSTILE, "version": "v1", "url": "http://a", "description": HOSTILE}
    )
    await api.post("/services", {"name": "made-with-curl", "url": "http://c:81/x"})
    async with opened(build, view_of(api)) as user:
        await user.should_see(HOSTILE)
        (name,) = [
            one for one in user.find(HOSTILE).elements if one.tag == "span"
            and "gp-strong" in one.classes
        ]  # fmt: skip
        parent = name.parent_slot
        assert parent is not None
        assert parent.parent.props["href"] == f"/services/{made['package']['id']}"
        await user.should_see("v1")
        await user.should_see("made-with-curl")
        await user.should_see("http://c:81/x")
        await user.should_not_see(made["service"]["name"])
        await click(user, "Give it a version")
        await write(user, "version", "2024-01")
        await user.should_see("Give made-with-curl a version")


async def test_a_name_of_ten_thousand_characters_is_searched_and_not_found(api: AdminApi) -> None:
    for number in range(12):
        await api.post("/service-packages", {"name": f"Service {number}"})
    async with opened(build, view_of(api)) as user:
        await user.should_see("Service 11")
        (box,) = user.find(kind=ui.input).elements
        box.set_value("service 7")
        await user.should_see("1 of 1 found")
        await user.should_not_see("Service 11")
        await user.should_see("no version")
        box.set_value("x" * 10_000)
        await user.should_see("Nothing here is called")


async def test_traffic_of_the_last_hour_comes_after_the_list() -> None:
    async with admin_api() as (api, answers):
        version = {"id": "v", "version": "v1", "service_package": {"id": "p"}}
        version["service"] = {"id": "s"}  # type: ignore[assignment]
        answers.say("/service-packages", {"data": [{"id": "p", "name": "Orders"}]})
        answers.say("/service-versions", {"data": [version]})
        answers.say("/services", {"data": []})
        async with opened(build, view_of(api)) as user:
            await user.should_see("Orders")
            await user.should_see("none")
            lines = [{"labels": {"service": "s", "code": "5xx"}, "total": {"n": 4}, "points": []}]
            answers.say("/telemetry", {"lines": lines})
            await user.should_see("4, 100.0 % errors", retries=30)


async def test_a_viewer_sees_and_cannot_change(api: AdminApi) -> None:
    await api.post("/services", {"name": "loose", "url": "http://c"})
    async with opened(build, view_of(api, "viewer")) as user:
        await user.should_see("loose")
        assert not enabled(user, "Give it a version")
        await until(lambda: bool(user.find("No service yet").elements))
        buttons = [one for one in user.find(kind=ui.button).elements if one.text == "New service"]
        assert len(buttons) == 2
        assert not any(one.enabled for one in buttons)
