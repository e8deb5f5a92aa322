"""The first page: what needs a person first, and what is going on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Trouble
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    badge,
    card,
    duration,
    empty,
    go_button,
    link,
    listing,
    live,
    prose,
    text,
    toolbar,
)
from gatepost.console.searching import page_of
from gatepost.console.traffic import (
    INTERVALS,
    latency,
    provider_failures,
    remembered,
    requests,
)
from gatepost.console.view import View

_TONES = {"problem": "bad", "warning": "warn", "hint": "quiet"}
_EVERY = 10.0
_MOST = 8


@dataclass(slots=True)
class Shown:
    """What is looked at: an interval of INTERVALS."""

    interval: str = "1h"


@dataclass(frozen=True, slots=True)
class Going:
    """What is going on, as the Admin API tells it."""

    requests: Mapping[str, Any]
    latency: Mapping[str, Any]
    decisions: Mapping[str, Any]
    provider: Mapping[str, Any]
    services: Mapping[str, Any]
    counts: Mapping[str, Any]
    names: Mapping[str, str]


async def build(view: View) -> None:
    """Put the page together."""
    shown = Shown(view.params.get("interval", "1h"))
    if shown.interval not in INTERVALS:
        shown.interval = "1h"
    with toolbar("Overview", f"What happens at {view.api.url}"):
        choice = ui.toggle(list(INTERVALS), value=shown.interval).props("no-caps unelevated")
        choice.classes("gp-intervals").props["aria-label"] = "Interval"
    with card("Needs attention"):
        live(view, lambda: view.api.get("/attention"), lambda got: _attention(view, got), every=15)
    going = live(
        view,
        lambda: _going(view.api, shown.interval),
        lambda got: _draw(view, got, shown.interval),
        every=_EVERY,
        lines=8,
    )

    async def chosen(event: Any) -> None:
        shown.interval = str(event.value)
        await going.refresh()

    choice.on_value_change(chosen)


async def _going(api: AdminApi, interval: str) -> Going:
    def chart(what: str, by: str | None = None) -> Any:
        return api.get("/telemetry", what=what, interval=interval, by=by)

    told: list[Any] = list(
        await asyncio.gather(
            chart("requests", "code"),
            chart("latency"),
            chart("decisions", "event"),
            chart("provider", "purpose,result"),
            chart("requests", "service"),
            api.get("/counts"),
        )
    )
    busiest = [
        line["labels"]["service"]
        for line in told[4]["lines"][:_MOST]
        if line["labels"].get("service")
    ]
    names = await asyncio.gather(*(_name(api, ident) for ident in busiest))
    requests_, latency_, decisions, provider, services, counts = told
    return Going(
        requests_,
        latency_,
        decisions,
        provider,
        services,
        counts,
        dict(zip(busiest, names, strict=True)),
    )


async def _name(api: AdminApi, ident: str) -> str:
    """Return what a service is called; its id when it is gone."""
    try:
        found = await api.get(f"/services/{ident}")
    except Trouble:
        return ident
    return str(found.get("name") or ident)


def _attention(view: View, got: Mapping[str, Any]) -> None:
    items: Sequence[Mapping[str, Any]] = got["data"]
    if not items:
        with ui.element("div").classes("gp-row"):
            badge("All is well", "good")
            text("No node, certificate, provider or route needs anybody just now.", "quiet")
        return
    with ui.element("ul").classes("gp-attention"):
        for one in items[:12]:
            with ui.element("li"):
                badge(str(one["level"]), _TONES.get(str(one["level"]), "plain"))
                with ui.element("div"):
                    if one.get("kind") == "nodes":
                        link(one["says"], view.href(f"/nodes/{one['id']}"))
                    elif one.get("id"):
                        link(one["says"], view.href(page_of(str(one["kind"]), str(one["id"]))))
                    else:
                        text(one["says"], "strong", tag="p")
                    text(one["do"], "quiet small", tag="p")
    more = max(0, len(items) - 12) + int(got.get("more") or 0)
    if more > 0:
        text(f"and {more:,} more", "quiet")


def _draw(view: View, got: Going, interval: str) -> None:
    told = requests(got.requests, interval)
    if not told.count and not got.counts.get("routes"):
        _begin(view)
    else:
        _tiles(view, got, interval)
        if not told.count:
            prose("No request came in this interval. Try it sends one.")
        else:
            _services(view, got)


def _begin(view: View) -> None:
    with empty(
        "Nothing is served yet",
        "A service is an API behind the gateway. A route says which requests go to it. A policy "
        "says who may send them. Begin with a service; the gateway has it within a second.",
        icon="rocket_launch",
    ):
        go_button("New service", view.href("/services", new=1), icon="add", main=True)
        go_button("Add a data plane", view.href("/nodes", add=1), icon="dns")


def _tiles(view: View, got: Going, interval: str) -> None:
    told = requests(got.requests, interval)
    share = remembered(got.decisions)
    calls, bad = provider_failures(got.provider)
    spans = latency(got.latency)
    nodes: Mapping[str, Any] = got.counts.get("nodes") or {}
    with ui.element("div").classes("gp-tiles"):
        _tile("Requests", f"{told.count:,}", f"{told.per_second:.2g} a second")
        failed = f"{told.failed / told.count:.1%}" if told.count else "\N{EN DASH}"
        _tile("Failed (5xx)", failed, f"{told.failed:,} requests", "bad" if told.failed else "")
        _tile("Refused (4xx)", f"{told.refused:,}", "401, 403 and other answers to callers")
        others = [f"{name} {duration(spans[name])}" for name in ("p50", "p99") if name in spans]
        _tile(
            "Latency p95",
            duration(spans["p95"]) if "p95" in spans else "\N{EN DASH}",
            " · ".join(others),
        )
        _tile(
            "Remembered decisions",
            "\N{EN DASH}" if share is None else f"{share:.0%}",
            "nobody had to be asked again",
        )
        _tile("Calls to providers", f"{calls:,}", f"{bad:,} did not work", "bad" if bad else "")
        there = int(nodes.get("total", 0)) - int(nodes.get("turned_away", 0))
        good = int(nodes.get("in_sync", 0))
        tone = "bad" if good < there or not there else ""
        _tile("Data planes in sync", f"{good} of {there}", "", tone, view.href("/nodes"))


def _tile(
    name: str, value: str, below: str = "", tone: str = "", target: str | None = None
) -> None:
    with ui.element("section").classes("gp-card gp-tile"):
        if target:
            with ui.element("h2"):
                link(name, target)
        else:
            text(name, "quiet", tag="h2")
        text(value, f"figure {tone}".strip(), tag="p")
        if below:
            text(below, "quiet small", tag="p")


def _services(view: View, got: Going) -> None:
    rows = [
        {
            "id": line["labels"].get("service") or "",
            "name": got.names.get(line["labels"].get("service") or "", "routes without a service"),
            "count": int(line["total"]["n"]),
        }
        for line in got.services["lines"][:_MOST]
    ]
    with card("Busiest services"):
        listing(
            "Services by requests",
            (
                Column(
                    "Service",
                    lambda one: one["name"],
                    lambda one: view.href(page_of("services", one["id"])) if one["id"] else None,
                ),
                Column("Requests", lambda one: f"{one['count']:,}", kind="number"),
            ),
            rows,
        )


PAGES = (Page("/", "Overview", build, icon="dashboard"),)
