from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi, Trouble
from gatepost.console.services.making import make_service
from gatepost.console.services.removal import (
    Going,
    Thing,
    called,
    of_package,
    of_route,
    of_service,
    of_upstream,
    of_version,
)
from tests.unit.console.shown import admin_api

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
KINDS = ("service-packages", "service-versions", "services", "routes", "plugins")


async def orders(api: AdminApi, **config: Any) -> dict[str, Any]:
    """Make a service with two routes and two policies."""
    made = await make_service(
        api, {"name": "Orders", "version": "v1", "url": "http://o", "route": "/orders"}
    )
    service = {"id": made["service"]["id"]}
    await api.patch(f"/service-versions/{made['version']['id']}", {"document": "# read"})
    await api.post("/routes", {"service": service, "paths": ["/second"], "tags": ["t"]})
    policy = {"issuer": "http://127.0.0.1:1/x", "auth_methods": ["bearer"], **config}
    plugin = {"name": "openid-connect", "config": policy}
    await api.post("/plugins", {**plugin, "service": service})
    route = {"id": made["route"]["id"]}
    await api.post("/plugins", {**plugin, "route": route, "enabled": False})
    return made


async def everything(api: AdminApi) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in KINDS:
        for one in await api.all(f"/{kind}"):
            found[one["id"]] = {k: v for k, v in one.items() if k != "updated_at"}
    for one in await api.all("/service-versions"):
        found[one["id"]] |= {
            "document": (await api.get(f"/service-versions/{one['id']}"))["document"]
        }
    return found


async def test_a_service_goes_with_routes_and_policies_and_comes_back_just_as_it_was(
    api: AdminApi,
) -> None:
    made = await orders(api)
    before = await everything(api)
    going = await of_service(api, made["service"])
    assert sorted(one.what for one in going.consequences()) == [
        "gateway service", "policy", "policy", "route", "route", "without service"
    ]  # fmt: skip
    assert not going.masked
    await going.delete(api)
    assert (await api.page("/services")).items == (await api.page("/routes")).items == []
    left = await api.get(f"/service-versions/{made['version']['id']}")
    assert left["service"] is None
    await going.restore(api)
    assert await everything(api) == before


async def test_a_package_goes_alone_or_with_all_that_implements_it(api: AdminApi) -> None:
    made = await orders(api)
    before = await everything(api)
    alone = await of_package(api, made["package"], with_services=False)
    await alone.delete(api)
    assert len((await api.page("/services")).items) == 1
    assert (await api.page("/service-versions")).items == []
    await alone.restore(api)
    assert await everything(api) == before
    whole = await of_package(api, made["package"], with_services=True)
    await whole.delete(api)
    assert await everything(api) == {}
    await whole.restore(api)
    assert await everything(api) == before


async def test_a_version_goes_with_what_implements_it_or_without(api: AdminApi) -> None:
    made = await orders(api)
    before = await everything(api)
    for with_service in (False, True):
        going = await of_version(api, made["version"], with_service=with_service)
        await going.delete(api)
        assert len((await api.page("/services")).items) == (0 if with_service else 1)
        await going.restore(api)
        assert await everything(api) == before


async def test_a_route_goes_with_its_policies(api: AdminApi) -> None:
    made = await orders(api)
    before = await everything(api)
    going = await of_route(api, made["route"])
    await going.delete(api)
    assert len((await api.page("/routes")).items) == len((await api.page("/plugins")).items) == 1
    await going.restore(api)
    assert await everything(api) == before


async def test_an_upstream_goes_with_its_targets_and_comes_back(api: AdminApi) -> None:
    made = await api.post("/upstreams", {"name": "many"})
    await api.post("/upstreams/many/targets", {"target": "127.0.0.1:1", "weight": 7})
    going = await of_upstream(api, made)
    await going.delete(api)
    assert (await api.page("/upstreams")).items == []
    await going.restore(api)
    (target,) = (await api.page("/upstreams/many/targets")).items
    assert (target["target"], target["weight"]) == ("127.0.0.1:1", 7)
    assert target["id"] == going.things[1].body["id"]


async def test_a_masked_secret_is_noticed_because_it_could_not_be_put_back(api: AdminApi) -> None:
    made = await orders(api, client_id=["c"], client_secret=["hidden"])
    going = await of_service(api, made["service"])
    assert going.masked
    assert "hidden" not in repr(going)


async def test_what_was_deleted_before_something_failed_is_put_back() -> None:
    service = Thing("gateway service", {"id": "s", "name": "orders", "updated_at": 1})
    route = Thing("route", {"id": "r", "paths": ["/x"], "service": {"id": "s"}})
    async with admin_api() as (api, answers):
        answers.say("/routes/r", None)
        answers.say("/services/s", {"message": "still used", "fields": {}}, 400)
        with pytest.raises(Trouble, match="still used"):
            await Going((service, route)).delete(api)
        did = [(one.method, one.path) for one in answers.asked]
    assert did == [("DELETE", "/routes/r"), ("DELETE", "/services/s"), ("PUT", "/routes/r")]


async def test_what_is_gone_already_is_no_matter() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services/s", None)
        things = (Thing("gateway service", {"id": "s"}), Thing("route", {"id": "gone"}))
        await Going(things).delete(api)
        assert len(answers.asked) == 2


def test_everything_has_a_name() -> None:
    assert called({"name": "n", "id": "1"}) == "n"
    assert called({"name": "openid-connect", "instance_name": "own"}) == "own"
    assert called({"name": None, "paths": ["/p"], "id": "1"}) == "/p"
    assert called({"id": "1", "paths": None}) == "1"
