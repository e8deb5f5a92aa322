"""Consumers: who calls, known by name."""

from typing import Any

from nicegui import ui

from gatepost.console.admin_api import of
from gatepost.console.collecting import Beginning
from gatepost.console.consumers import FIELDS, called, sought
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    badge,
    card,
    empty,
    listing,
    live,
    moment,
    only_for,
    primary,
    prose,
    row,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.view import View

_WHY = (
    "A consumer is an application or a person that calls your APIs. Give it an API key or a "
    "password, or let a policy find it by a claim of its token: then limits, groups and charts "
    "can tell callers apart."
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Consumers", "The applications and people that call your APIs."):
        only_for(view, "operator", primary("Add a consumer", lambda: add(view), icon="add"))
    wanted = Beginning("/consumers")
    find = {"words": ""}

    async def fetch() -> Any:
        if find["words"]:
            return await sought(view.api, "consumers", find["words"])
        return await wanted.fetch(view.api)

    async def changed(event: Any) -> None:
        find["words"] = str(event.value or "").strip()
        wanted.again()
        await part.refresh()

    box = ui.input("Find by name or custom id", on_change=changed)
    box.props("outlined dense clearable debounce=250").classes("gp-find")
    part: Live[Any] = live(view, fetch, lambda got: _draw(view, got, wanted, find, part))


def _draw(view: View, page: Any, wanted: Beginning, find: dict[str, str], part: Live[Any]) -> None:
    if not page.items and find["words"]:
        prose(f"No consumer is called {find['words']!r}.")
        return
    if not page.items:
        with empty("No consumer yet", _WHY, icon="group"):
            only_for(view, "operator", primary("Add the first", lambda: add(view), icon="add"))
        return
    columns = [Column("Name", called, lambda one: _page(view, one), "strong clip")]
    if find["words"]:
        columns.append(Column("About", lambda one: one["about"] or "", kind="quiet"))
    else:
        columns += [
            Column("Custom id", lambda one: one.get("custom_id") or "\N{EN DASH}", kind="clip"),
            Column("Tags", _tags),
            Column("Made", lambda one: moment(one.get("created_at")), kind="number quiet"),
        ]
    with card(kind="gp-list"):
        listing("Consumers", columns, page.items)
    wanted.more(page, lambda: part)


def _page(view: View, one: dict[str, Any]) -> str:
    return view.href(f"/consumers{of(str(one['id']))}")


def _tags(one: dict[str, Any]) -> None:
    with row():
        for tag in one.get("tags") or ():
            badge(tag, "quiet")


async def add(view: View) -> None:
    """Ask for a new consumer, make it, and open its page."""

    async def send(values: Values) -> Any:
        return await view.api.post("/consumers", given(values))

    made = await ask_for(view, "Add a consumer", FIELDS, send, yes="Add it", words=_WHY)
    if made is not None:
        view.go(f"/consumers{of(str(made['id']))}")


PAGES = (Page("/consumers", "Consumers", build, icon="group", group="Who calls", order=10),)
