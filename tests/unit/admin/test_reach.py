import pytest

from gatepost.store.database import Reader
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio
NARROW = {
    "name": "openid-connect",
    "config": {"issuer": "https://a.test"},
    "protocols": ["https"],
}


async def test_a_plugin_speaks_what_the_routes_in_its_reach_speak(desk: Desk) -> None:
    await desk.make("/services", name="s", host="a.test")
    await desk.make("/services/s/routes", name="both", paths=["/a"])
    await desk.make("/routes", name="secure", paths=["/b"], protocols=["https"])
    for path, status in (
        ("/plugins", 400),
        ("/services/s/plugins", 400),
        ("/routes/both/plugins", 400),
        ("/routes/secure/plugins", 201),
    ):
        said = await desk.ask("POST", path, NARROW)
        assert said.status == status, path
        if status == 400:
            assert "add http" in said.json()["fields"]["protocols"]


async def test_a_route_speaks_what_the_plugins_that_reach_it_speak(desk: Desk) -> None:
    plugin = await desk.make("/plugins", **NARROW)
    refused = await desk.ask("POST", "/routes", {"paths": ["/a"]})
    assert "does not speak http" in refused.json()["fields"]["protocols"]
    await desk.make("/routes", name="r", paths=["/a"], protocols=["https"])
    assert (await desk.ask("PATCH", "/routes/r", {"protocols": ["http"]})).status == 400
    wide = {"protocols": ["http", "https"]}
    assert (await desk.ask("PATCH", f"/plugins/{plugin['id']}", wide)).status == 200
    assert (await desk.ask("PATCH", "/routes/r", {"protocols": ["http"]})).status == 200


async def test_a_plugin_of_another_service_reaches_no_other_route(desk: Desk) -> None:
    await desk.make("/services", name="s", host="a.test")
    await desk.make("/services/s/plugins", **NARROW)
    await desk.make("/routes", paths=["/a"])
    assert (await desk.ask("POST", "/services/s/routes", {"paths": ["/a"]})).status == 400


async def test_the_route_of_a_plugin_leads_to_its_service(desk: Desk) -> None:
    one = await desk.make("/services", name="one", host="a.test")
    two = await desk.make("/services", name="two", host="a.test")
    await desk.make("/services/one/routes", name="r", paths=["/a"])
    wide = {key: value for key, value in NARROW.items() if key != "protocols"}
    refused = await desk.ask("POST", "/routes/r/plugins", {**wide, "service": {"id": two["id"]}})
    assert "does not lead to its service" in refused.json()["fields"]["service"]
    await desk.make("/routes/r/plugins", **wide, service={"id": one["id"]})
    moved = await desk.ask("PATCH", "/routes/r", {"service": {"id": two["id"]}})
    assert "does not lead to its service" in moved.json()["fields"]["service"]


async def test_what_is_remembered_is_what_was_committed(desk: Desk) -> None:
    restricted, database, plane = desk.control.restricted, desk.control.database, desk.control.plane

    async def names(reader: Reader) -> list[str]:
        return [one["id"] for one in await restricted.of(reader)]

    async with database.reading(plane) as reader:
        assert await names(reader) == []
    made = await desk.make("/plugins", **NARROW)
    await desk.make("/consumers", username="a")
    async with database.reading(plane) as reader:
        assert await names(reader) == [made["id"]]
    undone = await desk.ask("PATCH", f"/plugins/{made['id']}", {"protocols": []})
    assert undone.status == 400
    async with database.reading(plane) as reader:
        assert await names(reader) == [made["id"]]
    await desk.ask("DELETE", f"/plugins/{made['id']}")
    async with database.reading(plane) as reader:
        assert await names(reader) == []
