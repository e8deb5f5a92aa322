from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.services.asking import give_version, new_route, new_service, new_version
from gatepost.console.view import View
from tests.unit.console.hands import click, problem, until, write
from tests.unit.console.shown import admin_api, shown, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def watched(api: AdminApi) -> tuple[View, list[str]]:
    """Return a view and the pages that it was told to open."""
    went: list[str] = []

    class Watched(View):
        def go(self, path: str, **query: Any) -> None:
            went.append(path)

    base = view_of(api)
    return Watched(api, base.me, {}), went


def once(doing: Callable[[], Awaitable[Any]], outcome: list[Any]) -> Any:
    async def run() -> None:
        outcome.append(await doing())

    return lambda: ui.timer(0, run, once=True)


async def test_a_service_is_made_from_one_short_form(api: AdminApi) -> None:
    view, went = watched(api)
    outcome: list[Any] = []
    async with shown(once(lambda: new_service(view), outcome)) as user:
        await write(user, "name", "Orders")
        await write(user, "route", "orders")
        await click(user, "Make it")
        await until(lambda: "Say where it runs" in problem(user, "url"))
        await write(user, "url", "http://orders")
        await click(user, "Make it")
        await until(lambda: "should start with" in problem(user, "route"))
        assert (await api.page("/services")).items == []
        await write(user, "route", "/orders")
        await click(user, "Make it")
        await until(lambda: bool(outcome))
    (version,) = (await api.page("/service-versions")).items
    assert went == [f"/versions/{version['id']}"]
    assert version["version"] == "v1"


async def test_a_place_may_be_given_in_parts(api: AdminApi) -> None:
    view, _ = watched(api)
    outcome: list[Any] = []
    async with shown(once(lambda: new_service(view), outcome)) as user:
        await write(user, "name", "Orders")
        await write(user, "protocol", "https")
        await write(user, "host", "orders.internal")
        await write(user, "port", 8443)
        await write(user, "path", "/api")
        await click(user, "Make it")
        await until(lambda: bool(outcome))
    (service,) = (await api.page("/services")).items
    assert [service[name] for name in ("protocol", "host", "port", "path")] == [
        "https", "orders.internal", 8443, "/api"
    ]  # fmt: skip


async def test_a_version_is_added_and_another_of_the_same_name_is_refused_at_its_field(
    api: AdminApi,
) -> None:
    package = await api.post("/service-packages", {"name": "Orders"})
    view, went = watched(api)
    outcome: list[Any] = []
    async with shown(once(lambda: new_version(view, package), outcome)) as user:
        await write(user, "version", "v2")
        await click(user, "Make it")
        await until(lambda: len(outcome) == 1 and len(went) == 1)
    async with shown(once(lambda: new_version(view, package), outcome)) as user:
        await write(user, "version", "v2")
        await click(user, "Make it")
        await until(lambda: bool(problem(user, "version")))
        await click(user, "Cancel")
        await until(lambda: len(outcome) == 2)
    assert len(went) == 1


async def test_a_gateway_service_is_given_a_version(api: AdminApi) -> None:
    service = await api.post("/services", {"name": "old", "url": "http://old"})
    view, went = watched(api)
    outcome: list[Any] = []
    async with shown(once(lambda: give_version(view, service), outcome)) as user:
        await user.should_see("Give old a version")
        await click(user, "Give it")
        await until(lambda: bool(outcome))
    (version,) = (await api.page("/services/old/versions")).items
    assert went == [f"/versions/{version['id']}"]


async def test_a_route_takes_only_what_was_said_and_is_refused_without_anything(
    api: AdminApi,
) -> None:
    service = await api.post("/services", {"name": "s", "url": "http://s"})
    view, _ = watched(api)
    outcome: list[Any] = []
    async with shown(once(lambda: new_route(view, service["id"]), outcome)) as user:
        await click(user, "Make it")
        await user.should_see("must set one of")
        await write(user, "paths", ["/a"])
        await write(user, "headers", "nonsense")
        await click(user, "Make it")
        await until(lambda: "name: value" in problem(user, "headers"))
        await write(user, "headers", "x-v: 1")
        await click(user, "Make it")
        await until(lambda: outcome == [True])
    (route,) = (await api.page("/routes")).items
    assert (route["paths"], route["headers"]) == (["/a"], {"x-v": ["1"]})
    assert route["service"] == {"id": service["id"]}
    assert route["protocols"] == ["http", "https"]


async def test_where_the_schema_cannot_be_had_no_route_is_asked_for() -> None:
    async with admin_api() as (api, answers):
        answers.say("/schemas/routes", {"message": "It is away."}, 503)
        outcome: list[Any] = []
        async with shown(once(lambda: new_route(view_of(api), "s"), outcome)) as user:
            await until(lambda: outcome == [False])
            await user.should_see("It is away.")
