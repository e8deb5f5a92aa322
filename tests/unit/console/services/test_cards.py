from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.parts.saving import loaded
from gatepost.console.services.cards import place_card, routes_card
from gatepost.console.view import View
from tests.unit.console.hands import click, enabled, problem, until, write
from tests.unit.console.shown import opened, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def place(ident: str) -> Any:
    async def build(view: View) -> None:
        place_card(view, await loaded(view, f"/services/{ident}"))

    return build


def routes(ident: str) -> Any:
    async def build(view: View) -> None:
        routes_card(view, ident)

    return build


async def test_where_it_runs_is_shown_and_changed_with_all_its_fields(api: AdminApi) -> None:
    one = await api.post("/services", {"name": "s", "url": "http://s:81/x", "tags": ["team"]})
    async with opened(place(one["id"]), view_of(api)) as user:
        for words in ("http://s:81/x", "on", "1 min, 1 min, 1 min", "team"):
            await user.should_see(words)
        await click(user, "Edit")
        await write(user, "url", "https://other/y")
        await write(user, "read_timeout", 0)
        await click(user, "Save")
        await until(lambda: "between 1 and" in problem(user, "read_timeout"))
        await write(user, "read_timeout", 1500)
        await write(user, "tls_verify", True)
        await write(user, "enabled", False)
        await write(user, "tags", [])
        await click(user, "Save")
        await user.should_see("https://other/y")
        await user.should_see("off: callers get 404")
    now = await api.get("/services/s")
    assert (now["read_timeout"], now["tls_verify"], now["tags"]) == (1500, True, None)
    assert (now["protocol"], now["port"], now["connect_timeout"]) == ("https", 443, 60000)


async def test_routes_are_taught_made_listed_and_deleted(api: AdminApi) -> None:
    one = await api.post("/services", {"name": "s", "url": "http://s"})
    async with opened(routes(one["id"]), view_of(api)) as user:
        await user.should_see("No route leads here yet")
        await click(user, "New route")
        await write(user, "name", "mine")
        await write(user, "hosts", ["a.example"])
        await click(user, "Make it")
        await user.should_see("mine")
        await user.should_see("a.example")
        await click(user, "Delete mine")
        await click(user, "Delete")
        await user.should_see("No route leads here yet")
        await click(user, "Undo")
        await user.should_see("a.example")


async def test_a_viewer_sees_and_cannot_change(api: AdminApi) -> None:
    one = await api.post("/services", {"name": "s", "url": "http://s"})
    await api.post("/services/s/routes", {"name": "r", "paths": ["/r"]})
    async with opened(place(one["id"]), view_of(api, "viewer")) as user:
        await user.should_see("http://s")
        assert not enabled(user, "Edit")
    async with opened(routes(one["id"]), view_of(api, "viewer")) as user:
        await user.should_see("/r")
        assert not enabled(user, "New route")
        assert not enabled(user, "Delete r")
