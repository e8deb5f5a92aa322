from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.services.making import make_service
from gatepost.console.services.taking_away import (
    delete_package,
    delete_route,
    delete_service,
    delete_upstream,
    delete_version,
)
from gatepost.console.view import View
from tests.unit.console.hands import click, until
from tests.unit.console.shown import admin_api, shown, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
Deleting = Callable[[View, Any, Callable[[], Any]], Awaitable[bool]]


def asks(view: View, doing: Deleting, what: Any, outcome: list[Any]) -> Any:
    async def ask() -> None:
        outcome.append(await doing(view, what, lambda: outcome.append("back")))

    return lambda: ui.timer(0, ask, once=True)


async def orders(api: AdminApi, **config: Any) -> dict[str, Any]:
    made = await make_service(
        api, {"name": "Orders", "version": "v1", "url": "http://o", "route": "/orders"}
    )
    policy = {"issuer": "http://127.0.0.1:1/x", "auth_methods": ["bearer"], **config}
    route = {"id": made["route"]["id"]}
    await api.post("/plugins", {"name": "openid-connect", "config": policy, "route": route})
    return made


async def number(api: AdminApi) -> list[int]:
    paths = ("/service-packages", "/service-versions", "/services", "/routes", "/plugins")
    return [len((await api.page(path)).items) for path in paths]


async def test_a_service_with_routes_goes_after_all_that_goes_with_it_was_named_and_comes_back(
    api: AdminApi,
) -> None:
    made, outcome = await orders(api), list[Any]()
    async with shown(asks(view_of(api), delete_service, made["service"], outcome)) as user:
        await user.should_see("Delete orders-v1?")
        for words in ("orders-v1", "openid-connect", "Its route goes with it", "without service"):
            await user.should_see(words)
        await user.should_see("Nothing was counted in the last hour.")
        await click(user, "Delete")
        await until(lambda: outcome == [True])
        assert await number(api) == [1, 1, 0, 0, 0]
        await user.should_see("orders-v1 is deleted.")
        await click(user, "Undo")
        await until(lambda: outcome == [True, "back"])
        assert await number(api) == [1, 1, 1, 1, 1]


async def test_whoever_says_no_keeps_everything(api: AdminApi) -> None:
    made, outcome = await orders(api), list[Any]()
    for doing, what in ((delete_service, "service"), (delete_version, "version")):
        async with shown(asks(view_of(api), doing, made[what], outcome)) as user:
            await click(user, "Cancel")
            await until(lambda: bool(outcome))
        assert outcome.pop() is False
    assert await number(api) == [1, 1, 1, 1, 1]


async def test_where_a_secret_could_not_be_put_back_it_is_said_before_and_nothing_is_offered(
    api: AdminApi,
) -> None:
    made, outcome = await orders(api, client_id=["c"], client_secret=["hidden"]), list[Any]()
    async with shown(asks(view_of(api), delete_route, made["route"], outcome)) as user:
        await user.should_see("It holds secrets that nobody can read here")
        await click(user, "Delete")
        await until(lambda: outcome == [True])
        await user.should_not_see("Undo")
        await user.should_not_see("hidden")
    assert await number(api) == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("word", "left"),
    [("Delete the version alone", [1, 0, 1, 1, 1]), ("Delete everything", [1, 0, 0, 0, 0])],
)
async def test_what_implements_a_version_stays_or_goes_as_one_chooses(
    api: AdminApi, word: str, left: list[int]
) -> None:
    made, outcome = await orders(api), list[Any]()
    async with shown(asks(view_of(api), delete_version, made["version"], outcome)) as user:
        await user.should_see("Delete the version v1?")
        await user.should_see("traffic goes on")
        await click(user, word)
        await until(lambda: outcome == [True])
    assert await number(api) == left


async def test_a_package_without_services_asks_only_one_thing(api: AdminApi) -> None:
    package, outcome = await api.post("/service-packages", {"name": "Empty"}), list[Any]()

    async def doing(view: View, what: Any, back: Any) -> bool:
        return await delete_package(view, what, [], back)

    async with shown(asks(view_of(api), doing, package, outcome)) as user:
        await user.should_see("Delete the service Empty?")
        await user.should_not_see("Delete everything")
        await click(user, "Delete the service alone")
        await until(lambda: outcome == [True])
    assert await number(api) == [0, 0, 0, 0, 0]


async def test_an_upstream_goes_with_its_targets(api: AdminApi) -> None:
    made, outcome = await api.post("/upstreams", {"name": "many"}), list[Any]()
    await api.post("/upstreams/many/targets", {"target": "127.0.0.1:1"})
    async with shown(asks(view_of(api), delete_upstream, made, outcome)) as user:
        await user.should_see("127.0.0.1:1")
        await click(user, "Delete")
        await until(lambda: outcome == [True])


@pytest.mark.parametrize("doing", [delete_service, delete_route, delete_upstream, delete_version])
async def test_what_cannot_be_looked_at_is_not_deleted(doing: Deleting) -> None:
    async with admin_api() as (api, answers):
        outcome: list[Any] = []
        what = {"id": "1", "name": "x", "version": "x", "service": {"id": "s"}}
        async with shown(asks(view_of(api), doing, what, outcome)) as user:
            await until(lambda: outcome == [False])
            await user.should_see("Not found")
        assert {one.method for one in answers.asked} == {"GET"}
