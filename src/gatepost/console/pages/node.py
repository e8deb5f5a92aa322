"""One node: what it is, what it runs, what it served, and turning it away."""

import asyncio
import time
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Trouble, of
from gatepost.console.node_words import called, ends, state
from gatepost.console.page import Page
from gatepost.console.pages.nodes import EVERY, addresses
from gatepost.console.parts import (
    Field,
    action,
    ago,
    badge,
    card,
    copied,
    duration,
    facts,
    live,
    moment,
    only_for,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.bars import Bar, bars
from gatepost.console.parts.live import Live
from gatepost.console.searching import page_of
from gatepost.console.view import View, tell

_SHOWN = 10


async def build(view: View) -> None:
    """Put the page together. Raises Gone where there is no such node."""
    path = f"/clustering/data-planes{of(view.params['node'])}"
    first = await view.api.get(path)
    with toolbar(called(first), "A node of this control plane"):
        away = only_for(
            view, "admin", action("Turn away", lambda: _turn_away(view, path, part), bad=True)
        )
    part: Live[Any] = live(
        view,
        lambda: _fetched(view.api, path),
        lambda got: _draw(got, away),
        every=EVERY,
        lines=6,
    )
    with card("Traffic of the last hour"):
        live(
            view,
            lambda: traffic(view.api, str(first["id"])),
            lambda got: _traffic(view, got),
            every=15.0,
        )


async def _fetched(api: AdminApi, path: str) -> dict[str, Any]:
    node = await api.get(path)
    try:
        where, status = await asyncio.gather(addresses(api), api.get("/status"))
    except Trouble:
        where, status = {}, {}
    return {
        "node": node,
        "where": where.get(str(node["id"]), []),
        "wanted": status.get("configuration_hash"),
        "version": status.get("configuration_version"),
        "tick": int(time.time() // 10),
    }


def _draw(got: dict[str, Any], away: ui.button) -> None:
    node, now = got["node"], time.time()
    how = state(node, now)
    away.set_visibility(node["revoked_at"] is None)
    with card():
        with row():
            badge(how.word, how.tone)
            if how.says:
                text(how.says, "problem" if how.tone == "bad" else "quiet pre")
        facts(
            [
                ("Version", node["version"]),
                ("Serves at", ", ".join(got["where"]) or None),
                ("Comes from", node["ip"]),
                ("Last seen", f"{ago(node['last_seen'], now)} ({moment(node['last_seen'])})"),
                ("Enrolled", moment(node["enrolled_at"])),
                ("Certificate ends", lambda: _ends(node, now)),
                ("Configuration", lambda: _configuration(got)),
                ("Labels", ", ".join(f"{k}={v}" for k, v in node["labels"].items())),
                ("Id", lambda: copied(str(node["id"]), label="Copy the id")),
            ]
        )


def _ends(node: dict[str, Any], now: float) -> None:
    words, tone = ends(node, now)
    until = node["cert_details"]["expiry_timestamp"]
    text(f"{words} ({moment(until)})" if until else words)
    if tone in {"warn", "bad"}:
        badge("renew: look at its log", tone)


def _configuration(got: dict[str, Any]) -> None:
    node = got["node"]
    text(node["config_hash"], "mono small", tag="div")
    if node["in_sync"]:
        badge("the same as here", "good")
    elif got["wanted"]:
        badge("another than here", "warn")
        text(f"Here it is {got['wanted']}, version {got['version']}.", "quiet small", tag="div")


async def traffic(api: AdminApi, node: str) -> dict[str, Any]:
    """Return what a node served within the last hour: by status, by route, and how fast."""
    codes, routes, pace = await asyncio.gather(
        *(
            api.get("/telemetry", what=what, interval="1h", by=by, node=node)
            for what, by in (("requests", "code"), ("requests", "route"), ("latency", None))
        )
    )
    names: dict[str, str] = {}
    for line in routes["lines"][:_SHOWN]:
        ident = str(line["labels"]["route"])
        try:
            names[ident] = str((await api.get(f"/routes{of(ident)}")).get("name") or ident[:8])
        except Trouble:
            names[ident] = ident[:8] or "no route"
    return {"codes": codes["lines"], "routes": routes["lines"], "names": names, "pace": pace}


def _traffic(view: View, got: dict[str, Any]) -> None:
    if not got["codes"]:
        prose("Nothing was counted yet. Nodes report every five seconds what they served.")
        return
    pace = got["pace"]["lines"][0]["total"] if got["pace"]["lines"] else {}
    if "p50" in pace:
        text(
            f"Half of the requests took less than {duration(pace['p50'])}, 99 of 100 less than "
            f"{duration(pace['p99'])}.",
            "quiet",
            tag="div",
        )
    with ui.element("div").classes("gp-grid"):
        with ui.element("div"):
            bars("Requests by status", "Status", [_code(one) for one in got["codes"][:_SHOWN]])
        with ui.element("div"):
            bars(
                "Requests by route", "Route", [_route(view, got, one) for one in got["routes"]][:10]
            )


def _code(line: dict[str, Any]) -> Bar:
    code = str(line["labels"]["code"])
    tone = {"2": "good", "3": "good", "4": "warn", "5": "bad"}.get(code[:1], "plain")
    return Bar(code or "none", line["total"]["n"], tone=tone)


def _route(view: View, got: dict[str, Any], line: dict[str, Any]) -> Bar:
    ident = str(line["labels"]["route"])
    target = view.href(page_of("routes", ident)) if ident else None
    return Bar(got["names"].get(ident) or ident[:8] or "no route", line["total"]["n"], target)


async def _turn_away(view: View, path: str, part: Live[Any]) -> None:
    node = part.value["node"] if part.value else await view.api.get(path)

    async def send(values: dict[str, Any]) -> bool:
        await view.api.delete(path, why=values["why"])
        return True

    done = await ask_for(
        view,
        f"Turn {called(node)} away?",
        (Field("why", "Why", help="Everybody who sees the node reads it.", required=True),),
        send,
        words="Its certificate is worth nothing from now on, and nothing that you change reaches "
        "it. It goes on serving what it has until somebody stops it at its machine: nobody's "
        "traffic is cut. To bring the machine back, start it with a new token; it becomes a new "
        "node. This cannot be undone.",
        yes="Turn it away",
        bad=True,
    )
    if done:
        tell(f"{called(node)} is turned away.")
        await part.refresh()


PAGES = (Page("/nodes/{node}", "Node", build, within="/nodes"),)
