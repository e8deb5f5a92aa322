"""Upstreams: names that stand for several addresses, and how requests are shared among them."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    badge,
    card,
    empty,
    icon_button,
    link,
    listing,
    live,
    only_for,
    primary,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.editing import edited
from gatepost.console.parts.form import Field
from gatepost.console.parts.listing import Column, Row
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.searching import page_of
from gatepost.console.services.browsing import browsing, first
from gatepost.console.services.fields import TARGET, UPSTREAM
from gatepost.console.services.removal import Going, Thing
from gatepost.console.services.standing import Standing
from gatepost.console.services.taking_away import delete_upstream, take_away
from gatepost.console.view import View

_MOST = 1_000


async def build_list(view: View) -> None:
    """Put the list of upstreams together."""
    with toolbar("Upstreams", "A name that stands for several addresses, shared by weight."):
        only_for(view, "operator", primary("New upstream", lambda: _new(view), icon="add"))

    async def fetch(wanted: int) -> tuple[list[Row], bool]:
        return await first(view.api, "/upstreams", wanted)

    async def found(hits: list[Row]) -> list[Row]:
        return hits

    def nothing() -> None:
        with empty(
            "No upstream yet",
            "A service has one host. When the API runs at several addresses, make an upstream with "
            "these as targets, and give the service the upstream's name as its host.",
            icon="hub",
        ):
            only_for(view, "operator", action("New upstream", lambda: _new(view), icon="add"))

    def draw(rows: list[Row]) -> None:
        listing(
            "Upstreams",
            [
                Column(
                    "Name",
                    lambda one: one["name"],
                    lambda one: view.href(page_of("upstreams", one["id"])),
                    "strong clip",
                ),
                Column("Tags", lambda one: ", ".join(one.get("tags") or ()), kind="quiet"),
            ],
            rows,
        )

    browsing(
        view,
        kinds=("upstreams",),
        fetch=fetch,
        hits=found,
        draw=draw,
        nothing=nothing,
        label="Find an upstream",
    )


async def _new(view: View) -> None:
    async def make(values: dict[str, Any]) -> Any:
        return await view.api.post("/upstreams", {k: v for k, v in values.items() if v})

    made = await ask_for(view, "New upstream", UPSTREAM, make, yes="Make it")
    if made is not None:
        view.go(of("upstreams", made["id"]))


async def build(view: View) -> None:
    """Put the page of one upstream together."""
    held = await loaded(view, of("upstreams", view.params["upstream"]))
    page = Standing(view)
    with page:
        link("Upstreams", view.href("/upstreams"), "small")
        name = str(held.value["name"])

        async def edit() -> None:
            if await edited(held, "Upstream", UPSTREAM, body=_with_nulls):
                view.go(of("upstreams", held.id))

        async def remove() -> None:
            if await delete_upstream(view, held.value, page.back):
                page.gone(f"{name[:80]} is deleted", "/upstreams", "All upstreams")

        with toolbar(
            name, "A service with this name as its host shares requests among the targets."
        ):
            only_for(view, "operator", action("Edit", edit, icon="edit"))
            only_for(view, "operator", action("Delete", remove, icon="delete_outline", bad=True))
        _targets(view, held)


def _with_nulls(changed: Any) -> dict[str, Any]:
    return {name: None if value == [] else value for name, value in changed.items()}


def _targets(view: View, held: Held) -> None:
    path = of("upstreams", held.id, "targets")

    async def fetch() -> list[Row]:
        return (await first(view.api, path, _MOST))[0]

    async def add() -> None:
        made = await ask_for(
            view,
            "New target",
            TARGET,
            lambda values: view.api.post(path, values),
            yes="Add it",
            values={"weight": 100},
        )
        if made is not None:
            await shown.refresh()

    def draw(rows: list[Row]) -> None:
        if not rows:
            with empty(
                "No target yet",
                "Until there is one, whoever calls a service of this upstream gets 503.",
                icon="dns",
            ):
                only_for(view, "operator", action("Add a target", add, icon="add"))
            return
        _table(view, held, rows, shown)
        with row("gp-foot"):
            only_for(view, "operator", action("Add a target", add, icon="add"))
        if all(not one["weight"] for one in rows):
            prose("All weights are 0: nobody gets an answer.")

    with card("Targets"):
        shown: Live[list[Row]] = live(view, fetch, draw, lines=3)


def _table(view: View, held: Held, rows: list[Row], shown: Live[list[Row]]) -> None:
    whole = sum(one["weight"] for one in rows)

    def share(one: Row) -> None:
        if one["weight"]:
            text(f"{100 * one['weight'] / whole:.0f} %", "number")
        else:
            badge("out", "quiet")

    def buttons(one: Row) -> None:
        async def change() -> None:
            target = await view.tried(_loaded(view, held, one))
            if target is not None and await edited(
                target, f"Weight of {one['target']}", (Field("weight", "Weight", "number"),)
            ):
                await shown.refresh()

        async def remove() -> None:
            words = "What it got goes to the other targets."
            going = Going((Thing("target", one),))
            if await take_away(view, one["target"], words, going, shown.soon):
                await shown.refresh()

        name = one["target"][:80]
        only_for(view, "operator", icon_button("edit", f"Weight of {name}", change))
        only_for(view, "operator", icon_button("delete_outline", f"Delete {name}", remove))

    listing(
        "Targets",
        [
            Column("Address", lambda one: one["target"], kind="mono"),
            Column("Weight", lambda one: one["weight"], kind="number"),
            Column("Share", share),
        ],
        rows,
        actions=buttons,
    )


async def _loaded(view: View, held: Held, one: Row) -> Held:
    return await loaded(view, of("upstreams", held.id, "targets", one["id"]))


PAGES = (
    Page("/upstreams", "Upstreams", build_list, icon="hub", group="Gateway", order=40),
    Page("/upstreams/{upstream}", "Upstream", build, within="/upstreams"),
)
