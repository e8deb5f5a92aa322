"""Add a node: one command with its token, and a place that turns green when the node is here."""

import time
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Gone, of
from gatepost.console.joining import Way, ways
from gatepost.console.node_words import called, state
from gatepost.console.page import Page
from gatepost.console.parts import (
    Field,
    Form,
    card,
    copied,
    go_button,
    link,
    live,
    only_for,
    primary,
    prose,
    row,
    text,
    toolbar,
    until,
)
from gatepost.console.parts.sending import given, taken
from gatepost.console.view import View

FOR = {3600: "an hour", 86400: "a day", 7 * 86400: "7 days"}

_FIELDS = (
    Field("expires_in", "Good for", "choice", options=FOR, required=True),
    Field(
        "address",
        "Where nodes reach this control plane",
        placeholder="host:8005",
        help="Leave it empty for where it listens. Several with commas between them: the node "
        "goes on to the next when one does not answer.",
    ),
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Add a node", "A node joins once, with a token that is made here."):
        go_button("All data planes", view.href("/nodes"), icon="arrow_back")
    with card("1. Make a token") as asked:
        form = Form(_FIELDS, {"expires_in": 3600})

        async def make() -> None:
            if not form.check():
                return
            wish = given(form.values())
            sent = await taken(view, form, view.api.post("/clustering/tokens", wish))
            if sent is not None:
                asked.set_visibility(False)
                with below:
                    _made(view, sent.value)

        with row():
            only_for(view, "operator", primary("Make a token", make, icon="key"))
    below = ui.element("div")


def _made(view: View, made: dict[str, Any]) -> None:
    with card("1. Start the node"):
        with ui.element("div").classes("gp-once").props('role="status"'):
            ui.icon("key").props('aria-hidden="true"')
            text(
                "The token is shown now and never again. It admits one node, once, and ends "
                f"{until(made['expires_at'])}."
            )
        offered = ways(str(made["address"]), str(made["token"]), str(made["command"]), view.api.url)
        with ui.tabs().props("align=left no-caps inline-label mobile-arrows") as tabs:
            for way in offered:
                ui.tab(way.title)
        tabs.classes("gp-ways")
        with ui.tab_panels(tabs, value=offered[0].title).props("animated=false"):
            for way in offered:
                with ui.tab_panel(way.title):
                    _way(way)
    with card("2. Wait for it"):
        live(
            view,
            lambda: _come(view.api, str(made["id"])),
            lambda found: _waiting(view, found),
            every=2.0,
            lines=1,
        )


def _way(way: Way) -> None:
    prose(way.words)
    for piece in way.pieces:
        text(piece.where, "quiet small", tag="div")
        copied(piece.content, label=f"Copy {piece.where}")


async def _come(api: AdminApi, token: str) -> dict[str, Any]:
    """Return the token's state: who used it, and that node as far as it is known."""
    got = await api.get("/clustering/tokens")
    mine = next((one for one in got["data"] if one["id"] == token), None)
    node = None
    if mine is not None and mine["used_by"]:
        try:
            node = await api.get(f"/clustering/data-planes{of(str(mine['used_by']))}")
        except Gone:
            node = None
    return {"token": mine, "node": node, "ended": mine is not None and _ended(mine)}


def _ended(token: dict[str, Any]) -> bool:
    return token["used_at"] is None and bool(token["expires_at"] <= time.time())


def _waiting(view: View, found: dict[str, Any]) -> None:
    token, node = found["token"], found["node"]
    place = ui.element("div").classes("gp-wait").props('role="status"')
    with place:
        if token is None:
            _told("block", "The token was dropped", "Nobody can join with it. Make another one.")
        elif found["ended"]:
            _told("timer_off", "The token has ended", "Nobody came. Make another one.")
        elif node is None:
            ui.spinner(size="28px", color=None).props('aria-hidden="true"')
            with ui.element("div"):
                text("Waiting for the node…", "strong", tag="div")
                text("This turns green by itself as soon as it is here.", "quiet", tag="div")
        else:
            _here(view, place, node)


def _here(view: View, place: ui.element, node: dict[str, Any]) -> None:
    how = state(node, time.time())
    good = how.tone == "good"
    place.classes("gp-wait-good" if good else "gp-wait-bad" if how.tone == "bad" else "")
    ui.icon("check_circle" if good else "error" if how.tone == "bad" else "sync").props(
        'aria-hidden="true"'
    )
    with ui.element("div"):
        with row():
            link(called(node), view.href(f"/nodes{of(str(node['id']))}"), "strong")
            text("is here and in sync." if good else f"is enrolled: {how.word}.", "strong")
        if how.says:
            text(how.says, "quiet", tag="div")


def _told(icon: str, title: str, words: str) -> None:
    ui.icon(icon).props('aria-hidden="true"')
    with ui.element("div"):
        text(title, "strong", tag="div")
        text(words, "quiet", tag="div")


PAGES = (Page("/nodes/new", "Add a node", build, within="/nodes"),)
