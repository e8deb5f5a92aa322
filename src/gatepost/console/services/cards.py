"""The cards of a gateway service: where it runs, and the routes to it."""

from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.parts import (
    action,
    badge,
    card,
    duration,
    empty,
    facts,
    icon_button,
    listing,
    live,
    only_for,
    row,
    text,
)
from gatepost.console.parts.editing import edited
from gatepost.console.parts.form import Field
from gatepost.console.parts.listing import Column, Row
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import Held
from gatepost.console.services.asking import new_route
from gatepost.console.services.browsing import first
from gatepost.console.services.calling import matches, place
from gatepost.console.services.fields import (
    NAME,
    URL,
    service_body,
    service_more,
    service_values,
)
from gatepost.console.services.removal import called
from gatepost.console.services.taking_away import delete_route
from gatepost.console.view import View

_MOST = 100


def place_card(view: View, held: Held) -> None:
    """Put on the page where a gateway service runs, and a button that changes it."""
    with card("Where it runs"):

        async def fetch() -> dict[str, Any]:
            return dict(held.value)

        async def edit() -> None:
            if await _edited(view, held):
                await shown.refresh()

        def draw(service: dict[str, Any]) -> None:
            _facts(service)
            with row():
                only_for(view, "operator", action("Edit", edit, icon="edit"))

        shown: Live[dict[str, Any]] = live(view, fetch, draw, lines=4)


def _facts(service: dict[str, Any]) -> None:
    def state() -> None:
        on = service.get("enabled", True)
        badge("on", "good") if on else badge("off: callers get 404", "warn")

    def tags() -> None:
        for one in service.get("tags") or ():
            badge(one)

    waits = [service.get(f"{name}_timeout") for name in ("connect", "write", "read")]
    shown: list[tuple[str, Any]] = [
        ("URL", lambda: text(place(service), "mono")),
        ("Gateway service", service.get("name") or service["id"]),
        ("State", state),
        ("Timeouts", ", ".join(duration((one or 0) / 1000) for one in waits)),
        ("Retries", service.get("retries")),
    ]
    if service.get("tags"):
        shown.append(("Tags", tags))
    facts(shown)


async def _edited(view: View, held: Held) -> bool:
    """Let a gateway service be changed; return whether it was."""
    got = await view.tried(_certificates(view.api))
    if got is None:
        return False
    return await edited(
        held,
        "Where it runs",
        (URL, NAME, Field("enabled", "On", "switch", help="Off: its routes are not served.")),
        values=service_values(held.value),
        more=service_more(*got),
        body=service_body,
    )


async def _certificates(api: AdminApi) -> tuple[list[Row], list[Row]]:
    authorities, _ = await first(api, "/ca_certificates", _MOST)
    certificates, _ = await first(api, "/certificates", _MOST)
    return authorities, certificates


def routes_card(view: View, service: str) -> None:
    """Put the routes to a gateway service on the page."""
    with card("Routes"):

        async def fetch() -> tuple[list[Row], bool]:
            return await first(view.api, of("services", service, "routes"), _MOST)

        async def add() -> None:
            if await new_route(view, service):
                await shown.refresh()

        def draw(got: tuple[list[Row], bool]) -> None:
            rows, more = got
            if not rows:
                with empty(
                    "No route leads here yet",
                    "A route says which requests go to this service: a path such as /orders, a "
                    "host, a method. Without one, nobody can call it.",
                    icon="alt_route",
                ):
                    only_for(view, "operator", action("New route", add, icon="add"))
                return
            _routes(view, rows, shown)
            with row("gp-foot"):
                only_for(view, "operator", action("New route", add, icon="add"))
                if more:
                    text(f"Only the first {_MOST} are shown; search finds the others.", "quiet")

        shown: Live[tuple[list[Row], bool]] = live(view, fetch, draw, lines=3)


def _routes(view: View, rows: list[Row], shown: Live[Any]) -> None:
    def buttons(one: Row) -> None:
        async def remove() -> None:
            if await delete_route(view, one, shown.soon):
                await shown.refresh()

        only_for(
            view, "operator", icon_button("delete_outline", f"Delete {called(one)[:80]}", remove)
        )

    listing(
        "Routes",
        [
            Column("Name", called, lambda one: view.href(of("routes", one["id"])), "clip"),
            Column("What it takes", matches, kind="mono"),
            Column("Protocols", lambda one: ", ".join(one.get("protocols") or ()), kind="quiet"),
        ],
        rows,
        actions=buttons,
    )
