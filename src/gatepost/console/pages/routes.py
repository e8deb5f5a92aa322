"""All routes, and each by itself: what it takes, how it is called, what guards it."""

from typing import Any

from gatepost.console.admin_api import Gone, of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    card,
    copied,
    empty,
    go_button,
    link,
    listing,
    live,
    only_for,
    primary,
    prose,
    row,
    toolbar,
)
from gatepost.console.parts.chart import chart
from gatepost.console.parts.editing import save_form
from gatepost.console.parts.fields import Fields
from gatepost.console.parts.listing import Column, Row
from gatepost.console.parts.policy_list import policies_of
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.searching import page_of
from gatepost.console.services.browsing import browsing, each, first
from gatepost.console.services.calling import UNKNOWN, best, command, matches, needs_filling
from gatepost.console.services.fields import (
    ROUTE_COMMON,
    ROUTE_MORE,
    known_fields,
    route_body,
    route_values,
)
from gatepost.console.services.removal import called
from gatepost.console.services.standing import Standing
from gatepost.console.services.taking_away import delete_route
from gatepost.console.view import View


async def build_list(view: View) -> None:
    """Put the list of all routes together."""
    with toolbar("Routes", "Which requests go to which service. The most specific one wins."):
        pass

    async def name(ident: str) -> str:
        try:
            return called(await view.api.get(of("services", ident)))
        except Gone:
            return ident

    async def fetch(wanted: int) -> tuple[list[Row], bool]:
        routes, more = await first(view.api, "/routes", wanted)
        names = await each(name, [one["service"]["id"] for one in routes if one["service"]])
        return [_row(one, names) for one in routes], more

    async def found(hits: list[Row]) -> list[Row]:
        return hits

    browsing(
        view,
        kinds=("routes",),
        fetch=fetch,
        hits=found,
        draw=lambda rows: _table(view, rows),
        nothing=lambda: _nothing(view),
        label="Find a route",
    )


def _row(route: Row, names: dict[str, str]) -> Row:
    ident = (route["service"] or {}).get("id")
    parents = [{"kind": "services", "id": ident, "name": names[ident]}] if ident else []
    return {
        "id": route["id"],
        "name": called(route),
        "about": matches(route),
        "parents": parents,
    }


def _nothing(view: View) -> None:
    with empty(
        "No route yet",
        "A route says which requests go to a service: a path such as /orders, a host, a method. "
        "It begins with the service that it leads to.",
        icon="alt_route",
    ):
        go_button("Services", view.href("/services"), main=True)


def _table(view: View, rows: list[Row]) -> None:
    def service(one: Row) -> None:
        for parent in one["parents"]:
            target = view.href(page_of("services", parent["id"]))
            link(parent["name"] or parent["id"], target, "clip")
        if not one["parents"]:
            prose("none")

    listing(
        "Routes",
        [
            Column(
                "Name",
                lambda one: one["name"] or one["id"],
                lambda one: view.href(page_of("routes", one["id"])),
                "strong clip",
            ),
            Column("What it takes", lambda one: one["about"], kind="mono"),
            Column("Service", service),
        ],
        rows,
    )


async def build(view: View) -> None:
    """Put the page of one route together."""
    held = await loaded(view, of("routes", view.params["route"]))
    schema = await view.api.get("/schemas/routes")
    service = held.value.get("service")
    page = Standing(view)
    with page:
        with row("gp-crumbs"):
            link("Routes", view.href("/routes"), "small")
            if service:
                got = await view.api.get(of("services", service["id"]))
                target = view.href(page_of("services", service["id"]))
                link(f"Service {called(got)}", target, "small clip")
        _top(view, held, page)
        chart(view, "Traffic", where={"route": held.id}, by="code")
        _call(view, held)
        with card("Policies"):
            policies_of(view, route=held.id)
        _form(view, held, schema)


def _top(view: View, held: Held, page: Standing) -> None:
    name = called(held.value)

    async def remove() -> None:
        if await delete_route(view, held.value, page.back):
            page.gone(f"{name[:80]} is deleted", "/routes", "All routes")

    with toolbar(name, matches(held.value)):
        go_button("Try it", view.href("/try", route=held.id), icon="play_arrow")
        only_for(view, "operator", action("Delete", remove, icon="delete_outline", bad=True))


def _call(view: View, held: Held) -> None:
    """A line for a shell, with the address of a gateway where one is known."""
    with card("Call it"):

        async def fetch() -> dict[str, Any]:
            try:
                gateways = (await view.api.get("/try/gateways"))["data"]
            except Gone:
                gateways = []
            return {"gateway": best(gateways, held.value), "route": held.value}

        def draw(got: dict[str, Any]) -> None:
            copied(command(got["route"], got["gateway"] or UNKNOWN), label="Copy the command")
            if got["gateway"] is None:
                prose("No gateway is connected that is known by address: write yours instead.")
            if needs_filling(got["route"]):
                prose("It holds a pattern: write what shall match it.")

        live(view, fetch, draw, lines=1)


def _form(view: View, held: Held, schema: dict[str, Any]) -> None:
    with card("What it takes"):
        form = Fields(
            known_fields(ROUTE_COMMON, schema),
            known_fields(ROUTE_MORE, schema),
            route_values(held.value),
        )

        async def save() -> None:
            if await save_form(held, form, route_body):
                view.go(of("routes", held.id))

        with row("gp-foot"):
            only_for(view, "operator", primary("Save", save))


PAGES = (
    Page("/routes", "Routes", build_list, icon="alt_route", group="Gateway", order=20),
    Page("/routes/{route}", "Route", build, within="/routes"),
)
