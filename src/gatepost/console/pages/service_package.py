"""One service: what it is for, its document, its versions."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    card,
    empty,
    link,
    listing,
    live,
    only_for,
    primary,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.bits import Text
from gatepost.console.parts.editing import edited
from gatepost.console.parts.form import Field
from gatepost.console.parts.listing import Column, Row
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.searching import page_of
from gatepost.console.services.asking import new_version
from gatepost.console.services.browsing import each, first
from gatepost.console.services.calling import place
from gatepost.console.services.catalogue import Traffic, newest_first, traffic
from gatepost.console.services.documents import document_card
from gatepost.console.services.fields import TAGS
from gatepost.console.services.standing import Standing
from gatepost.console.services.taking_away import delete_package
from gatepost.console.view import View

_FRESH = 30.0
_FIELDS = (
    Field("name", "Name", required=True),
    Field("description", "What it is for", help="One line, for lists."),
    TAGS,
)


async def build(view: View) -> None:
    """Put the page together."""
    held = await loaded(view, of("service-packages", view.params["package"]))
    page = Standing(view)
    with page:
        link("Services", view.href("/services"), "small")
        _top(view, held, page)
        _versions(view, held)
        document_card(
            view,
            held,
            words="What should somebody know who calls this API: what it is for, who to ask, how "
            "to begin. Markdown.",
        )


def _top(view: View, held: Held, page: Standing) -> None:
    package = held.value

    async def rename() -> None:
        if await edited(held, "Name and description", _FIELDS):
            view.go(of("services", held.id))

    async def remove() -> None:
        rows, _ = await first(view.api, of("service-packages", held.id, "versions"), 1000)
        services = [one["service"]["id"] for one in rows if one.get("service")]
        if await delete_package(view, held.value, services, page.back):
            page.gone(f"{package['name'][:80]} is deleted", "/services", "All services")

    with toolbar(package["name"], package.get("description") or None):
        only_for(view, "operator", action("Rename", rename, icon="edit"))
        only_for(view, "operator", action("Delete", remove, icon="delete_outline", bad=True))


def _versions(view: View, held: Held) -> None:
    by_service: dict[str, Traffic] = {}

    async def fetch() -> list[Row]:
        path = of("service-packages", held.id, "versions")
        rows = newest_first((await first(view.api, path, 1000))[0])
        idents = [one["service"]["id"] for one in rows if one.get("service")]

        async def service(ident: str) -> Row:
            got: Row = await view.api.get(of("services", ident))
            return got

        services = await each(service, idents[:100])
        return [
            {**one, "runs": services.get((one.get("service") or {}).get("id", ""))} for one in rows
        ]

    async def count() -> dict[str, Traffic]:
        by_service.clear()
        by_service.update(await traffic(view.api))
        return dict(by_service)

    async def add() -> None:
        await new_version(view, held.value)

    with card("Versions"):

        def draw(rows: list[Row]) -> None:
            if not rows:
                with empty(
                    "No version yet",
                    "A version is what callers use: v1, v2. It says where the API runs, and has "
                    "routes, policies and its own documentation.",
                    icon="layers",
                ):
                    only_for(view, "operator", primary("New version", add, icon="add"))
                return
            _table(view, rows, by_service)
            with row():
                only_for(view, "operator", action("New version", add, icon="add"))

        shown: Live[list[Row]] = live(view, fetch, draw, lines=3)
        live(view, count, lambda _: shown.redraw(), every=_FRESH, lines=0)


def _table(view: View, rows: list[Row], by_service: dict[str, Traffic]) -> None:
    def runs(one: Row) -> None:
        if one["runs"]:
            text(place(one["runs"]), "mono")
        else:
            Text("not implemented yet").classes("gp-quiet")

    def counted(one: Row) -> str:
        return by_service.get((one.get("service") or {}).get("id", ""), Traffic()).words()

    columns: list[Any] = [
        Column(
            "Version",
            lambda one: one["version"],
            lambda one: view.href(page_of("service_versions", one["id"])),
            "strong clip",
        ),
        Column("Where it runs", runs),
        Column("Requests, last hour", counted, kind="number"),
    ]
    listing("Versions", columns, rows)


PAGES = (Page("/services/{package}", "Service", build, within="/services"),)
