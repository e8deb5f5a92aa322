import pytest

from gatepost.console.admin_api import AdminApi, Gone
from gatepost.console.pages.routes import build, build_list
from tests.unit.console.hands import click, enabled, problem, until, write
from tests.unit.console.shown import admin_api, opened, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_all_routes_are_listed_with_their_service_and_searched(api: AdminApi) -> None:
    await api.post("/services", {"name": "orders", "url": "http://o"})
    for number in range(11):
        await api.post("/services/orders/routes", {"name": f"r{number}", "paths": [f"/p{number}"]})
    await api.post("/routes", {"hosts": ["alone.example"]})
    async with opened(build_list, view_of(api)) as user:
        for words in ("r10", "/p10", "orders", "alone.example"):
            await user.should_see(words)
        (box,) = user.find(kind=ui.input).elements
        box.set_value("/p7")
        await user.should_see("1 of 1 found")
        await user.should_see("r7")
        await user.should_see("orders")
        await user.should_not_see("r10")


async def test_where_there_is_none_the_page_teaches(api: AdminApi) -> None:
    async with opened(build_list, view_of(api)) as user:
        await user.should_see("No route yet")


async def test_a_route_shows_how_it_is_called_and_is_changed(api: AdminApi) -> None:
    await api.post("/services", {"name": "orders", "url": "http://o"})
    given = {"name": "r", "paths": ["/a"], "hosts": ["a.example"], "headers": {"x-v": ["1"]}}
    one = await api.post("/services/orders/routes", given)
    async with opened(build, view_of(api, route=one["id"])) as user:
        await user.should_see("Service orders")
        await user.should_see("curl -i -H 'Host: a.example' -H 'x-v: 1' http://localhost:8000/a")
        await user.should_see("No gateway is connected")
        (try_it,) = user.find("Try it").elements
        assert try_it.props["href"] == f"/try?route={one['id']}"
        await write(user, "paths", ["a"])
        await click(user, "Save")
        await until(lambda: "should start with" in problem(user, "paths"))
        await write(user, "paths", ["/b", "~/c/\\d+$"])
        await write(user, "methods", ["get"])
        await write(user, "headers", "x-v: 1\nx-v: 2")
        await write(user, "strip_path", False)
        await write(user, "regex_priority", 5)
        await click(user, "Save")
        await user.should_see("Saved.")
    now = await api.get("/routes/r")
    assert now["paths"] == ["/b", "~/c/\\d+$"]
    assert now["methods"] == ["GET"]
    assert now["headers"] == {"x-v": ["1", "2"]}
    assert (now["strip_path"], now["regex_priority"]) == (False, 5)
    assert now["hosts"] == ["a.example"], "what was not touched stays"


async def test_a_gateway_that_is_known_stands_in_the_command() -> None:
    async with admin_api() as (api, answers):
        answers.say("/routes/1", {"id": "1", "paths": ["~/x$"], "service": None})
        answers.say("/schemas/routes", {"fields": []})
        answers.say("/try/gateways", {"data": [{"url": "http://10.0.0.1:8000"}]})
        async with opened(build, view_of(api, route="1")) as user:
            await user.should_see("curl -i 'http://10.0.0.1:8000/x$'")
            await user.should_see("It holds a pattern")
            await user.should_not_see("No gateway is connected")


async def test_a_route_is_deleted_and_put_back(api: AdminApi) -> None:
    one = await api.post("/routes", {"name": "r", "paths": ["/a"]})
    async with opened(build, view_of(api, route=one["id"])) as user:
        await click(user, "Delete")
        await user.should_see("get 404")
        await click(user, "Delete")
        await user.should_see("r is deleted")
        with pytest.raises(Gone):
            await api.get(f"/routes/{one['id']}")
        await click(user, "Undo")
        await user.should_see("It is back.")
    assert (await api.get("/routes/r"))["created_at"] == one["created_at"]


async def test_a_viewer_sees_and_cannot_change(api: AdminApi) -> None:
    one = await api.post("/routes", {"name": "r", "paths": ["/a"]})
    async with opened(build, view_of(api, "viewer", route=one["id"])) as user:
        await user.should_see("Call it")
        assert not enabled(user, "Save")
        assert not enabled(user, "Delete")
