"""One decision: what happened, in what order, and why."""

import asyncio
from typing import Any
from urllib.parse import quote

from nicegui import ui

from gatepost.console.admin_api import Denied, Gone, Invalid, of
from gatepost.console.page import Page
from gatepost.console.parts import badge, empty, go_button, live, moment, row, text, toolbar
from gatepost.console.parts.story import draw_story
from gatepost.console.searching import page_of
from gatepost.console.telling import Told, read_told
from gatepost.console.view import View

_EVERY = 2.0
"""Seconds after which a request that has not ended is looked at again."""


def where(view: View, kind: str, ident: str) -> str:
    """Return the address of an entity's page, or of another trace."""
    path = f"/traces/{quote(ident, safe='')}" if kind == "traces" else page_of(kind, ident)
    return view.href(path)


async def name_of(view: View, kind: str, ident: str) -> str:
    """Return what an entity is called; nothing where it is gone or may not be seen."""
    try:
        found = await view.api.get(f"/{kind}{of(ident)}")
    except (Gone, Denied, Invalid):
        return ""
    return str(found.get("name") or found.get("username") or "")


async def build(view: View) -> None:
    """Put the page together."""
    ident = view.params["trace"]
    top = ui.element("div")
    last: list[dict[str, Any]] = []

    async def fetch() -> dict[str, Any]:
        if last and last[0].get("trace", {}).get("seconds") is not None:
            return last[0]
        try:
            trace = await view.api.get(f"/traces{of(ident)}")
        except Gone:
            return {"trace": None}
        told = read_told(trace)
        entities = (("routes", told.route), ("services", told.service))
        asked = [(kind, one.id) for kind, one in entities if one is not None]
        names = await asyncio.gather(*(name_of(view, *one) for one in asked))
        found = {
            "trace": trace,
            "names": {key[1]: name for key, name in zip(asked, names, strict=True)},
        }
        last[:] = [found]
        return found

    def draw(found: dict[str, Any]) -> None:
        top.clear()
        if found["trace"] is None:
            with top, toolbar("This request is not known", ident):
                pass
            _gone(view)
            return
        told = draw_story(found["trace"], lambda kind, id_: where(view, kind, id_), found["names"])
        with top:
            _head(view, told)

    live(view, fetch, draw, every=_EVERY, lines=10)


def _head(view: View, told: Told) -> None:
    title = f"{told.method} {told.path}".strip() or told.id
    with toolbar(title, f"{told.scheme}://{told.host}" if told.host else None):
        if told.route is not None:
            all_of_it = view.href("/traces", route=told.route.id)
            go_button("All of this route", all_of_it, icon="route")
        if told.code:
            go_button("All with this reason", view.href("/traces", reason=told.code))
    with row("gp-trace-facts"):
        tone = {"forward": "good", "refused": "bad"}.get(told.outcome, "plain")
        tone = "warn" if told.api_failed else tone
        badge(" ".join(_status(told)), tone)
        text(moment(told.at), "quiet number")
        text(f"node {told.node}", "quiet small clip")
        text(f"request {told.id}", "quiet small clip")
        if told.mark:
            text(f"mark {told.mark}", "quiet small clip")
    if told.seconds is None:
        text("This request has not ended yet; the page looks again by itself.", "quiet", tag="p")


def _status(told: Told) -> list[str]:
    word = {"forward": "let through", "refused": "refused", "answered": "answered"}
    status = [] if told.status is None else [str(told.status)]
    return [*status, word.get(told.outcome, told.outcome)]


def _gone(view: View) -> None:
    words = (
        "Traces are kept for a day, and the newest ten thousand of them. This one is older, was "
        "never told (nodes tell of a bounded number of requests a second), or belongs to another "
        "control plane."
    )
    with empty("Nothing is known of it", words, icon="history_toggle_off"):
        go_button("The latest requests", view.href("/traces"), main=True)


PAGES = (Page("/traces/{trace}", "Trace", build, within="/traces"),)
