"""One consumer: by what it is known, its groups, and what it called."""

import asyncio
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Trouble, of
from gatepost.console.consumers import CREDENTIALS, FIELDS, called, credentials, groups_of
from gatepost.console.page import Page
from gatepost.console.parts import (
    Consequence,
    action,
    card,
    confirm,
    copied,
    facts,
    go_button,
    live,
    moment,
    only_for,
    prose,
    text,
    toolbar,
)
from gatepost.console.parts.bars import Bar, bars
from gatepost.console.parts.editing import edited
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import loaded
from gatepost.console.searching import page_of
from gatepost.console.view import View


async def build(view: View) -> None:
    """Put the page together. Raises Gone where there is no such consumer."""
    path = f"/consumers{of(view.params['consumer'])}"
    first = await view.api.get(path)
    about: Live[Any] = _about(view, path, first)
    with ui.element("div").classes("gp-grid gp-apart"):
        for kind in CREDENTIALS:
            credentials(view, path, kind)
        groups_of(view, path)
    with card("Traffic of the last 24 hours"):
        live(view, lambda: traffic(view.api, str(first["id"])), lambda got: _traffic(view, got))
    with card("Policies"):
        prose(
            "Policies belong to routes and services. They find a consumer by its key, its name and "
            "password, or a claim of its token, and may let only some groups in."
        )
    _ = about


def _about(view: View, path: str, first: dict[str, Any]) -> Live[Any]:
    with toolbar(called(first), "A consumer: somebody who calls"):
        only_for(view, "operator", action("Change", lambda: _change(view, path, part), icon="edit"))
        if view.may():
            subject = str(first.get("custom_id") or first.get("username"))
            target = view.href("/revocations", target="subject", value=subject)
            go_button("Revoke tokens", target, icon="block")
        only_for(view, "operator", action("Delete", lambda: _delete(view, path, first), bad=True))

    def draw(one: dict[str, Any]) -> None:
        with card():
            facts(
                [
                    ("Name", one.get("username")),
                    ("Custom id", one.get("custom_id")),
                    ("Tags", ", ".join(one.get("tags") or ())),
                    ("Made", moment(one.get("created_at"))),
                    ("Changed", moment(one.get("updated_at"))),
                    ("Id", lambda: copied(str(one["id"]), label="Copy the id")),
                ]
            )

    part: Live[Any] = live(view, lambda: view.api.get(path), draw)
    return part


async def _change(view: View, path: str, part: Live[Any]) -> None:
    # what is changed is what was read last: with its version, so that nobody's change is lost
    held = await loaded(view, path)
    words = "Tokens and keys stay as they are."
    if await edited(held, f"Change {called(held.value)}", FIELDS, words=words):
        await part.refresh()


async def _delete(view: View, path: str, one: dict[str, Any]) -> None:
    goes = await view.tried(_goes(view.api, path, str(one["id"])))
    if goes is None:
        return
    if await confirm(
        f"Delete {called(one)}?",
        "Its keys, passwords and memberships go with it, and its callers are refused. Secrets are "
        "not kept, so this cannot be undone.",
        yes="Delete it",
        consequences=goes,
        type_this=called(one) if len(goes) > 1 and len(called(one)) < 40 else None,
    ):
        done = await view.did(view.api.delete(path), done=f"{called(one)} is deleted.")
        if done:
            view.go("/consumers")


async def _goes(api: AdminApi, path: str, ident: str) -> list[Consequence]:
    """Return what goes with a consumer. Raises Trouble."""
    found: list[Consequence] = []
    for kind in CREDENTIALS:
        page = await api.page(f"{path}/{kind.path}")
        found += [Consequence(kind.one, str(one.get(kind.shows) or "")) for one in page.items]
    groups = await api.page(f"{path}/consumer_groups")
    found += [Consequence("membership in", str(one.get("name"))) for one in groups.items]
    try:
        got = await api.get("/telemetry", what="consumers", interval="1h", consumer=ident)
        number = sum(line["total"]["n"] for line in got["lines"])
        found.append(Consequence("traffic of the last hour", f"{number:,.0f} requests"))
    except Trouble:
        pass  # how much it called is good to know and no reason to stop
    return found


async def traffic(api: AdminApi, ident: str) -> dict[str, Any]:
    """Return what a consumer called within a day, by status and by route. Raises Trouble."""
    asked = {"what": "consumers", "interval": "24h", "consumer": ident}
    codes, routes = await asyncio.gather(
        api.get("/telemetry", by="code", **asked), api.get("/telemetry", by="route", **asked)
    )
    names: dict[str, str] = {}
    for line in routes["lines"][:10]:
        route = str(line["labels"]["route"])
        try:
            names[route] = str((await api.get(f"/routes{of(route)}")).get("name") or route[:8])
        except Trouble:
            names[route] = route[:8]
    return {"codes": codes["lines"], "routes": routes["lines"][:10], "names": names}


def _traffic(view: View, got: dict[str, Any]) -> None:
    if not got["codes"]:
        text("It has called nothing that a node has told of.", "quiet")
        return
    codes = [Bar(str(one["labels"]["code"]), one["total"]["n"]) for one in got["codes"]]
    routes = []
    for one in got["routes"]:
        ident = str(one["labels"]["route"])
        target = view.href(page_of("routes", ident)) if ident else None
        routes.append(Bar(got["names"].get(ident) or "no route", one["total"]["n"], target))
    with ui.element("div").classes("gp-grid"):
        with ui.element("div"):
            bars("Requests by status", "Status", codes)
        with ui.element("div"):
            bars("Requests by route", "Route", routes)


PAGES = (Page("/consumers/{consumer}", "Consumer", build, within="/consumers"),)
