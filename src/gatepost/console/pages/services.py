"""All services: packages with their versions, and gateway services that belong to none."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    empty,
    link,
    listing,
    live,
    only_for,
    primary,
    prose,
    section,
    text,
    toolbar,
)
from gatepost.console.parts.listing import Column, Row
from gatepost.console.parts.live import Live
from gatepost.console.searching import page_of
from gatepost.console.services.asking import give_version, new_service
from gatepost.console.services.browsing import browsing, first
from gatepost.console.services.calling import place
from gatepost.console.services.catalogue import (
    Traffic,
    together,
    traffic,
    unversioned,
    versions,
    with_versions,
)
from gatepost.console.view import View

_FRESH = 30.0
_KINDS = ("service_packages",)
_SHOWN = 20
_VERSIONS = 6


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar(
        "Services",
        "What callers know as an API: each has versions, and each version runs somewhere.",
    ):
        only_for(view, "operator", primary("New service", lambda: new_service(view), icon="add"))
    by_service: dict[str, Traffic] = {}

    async def fetch(wanted: int) -> tuple[list[Row], bool]:
        packages, more = await first(view.api, "/service-packages", wanted)
        if not more:
            packages.sort(key=lambda one: str(one["name"]).casefold())
        return await with_versions(view.api, packages, await versions(view.api)), more

    async def found(hits: list[Row]) -> list[Row]:
        rows = [{"description": one["about"], **one} for one in hits]
        return await with_versions(view.api, rows, await versions(view.api))

    def draw(rows: list[Row]) -> None:
        _packages(view, rows, by_service)

    async def count() -> dict[str, Traffic]:
        by_service.clear()
        by_service.update(await traffic(view.api))
        return dict(by_service)

    shown = browsing(
        view,
        kinds=_KINDS,
        fetch=fetch,
        hits=found,
        draw=draw,
        nothing=lambda: _nothing(view),
        label="Find a service",
    )
    # what is counted comes later, and again: the list does not wait for it
    live(view, count, lambda _: shown.live.redraw(), every=_FRESH, lines=0)
    _loose(view)


def _nothing(view: View) -> None:
    with empty(
        "No service yet",
        "A service is one API behind the gateway, such as Orders. It has versions (v1, v2) with "
        "documentation for those who call it; a version runs at a URL, and routes lead to it. "
        "Begin with the first one: a name and a URL are enough.",
        icon="api",
    ):
        only_for(view, "operator", action("New service", lambda: new_service(view), icon="add"))


def _packages(view: View, rows: list[Row], by_service: dict[str, Traffic]) -> None:
    def theirs(one: Row) -> None:
        for version in one["versions"][:_VERSIONS]:
            link(
                version["version"],
                view.href(page_of("service_versions", version["id"])),
                "badge clip",
            )
        if len(one["versions"]) > _VERSIONS:
            text(f"+{len(one['versions']) - _VERSIONS}", "quiet small")
        if not one["versions"]:
            text("no version", "quiet")

    listing(
        "Services",
        [
            Column(
                "Name",
                lambda one: one["name"],
                lambda one: view.href(page_of("service_packages", one["id"])),
                "strong clip",
            ),
            Column("What it is for", lambda one: one.get("description") or "", kind="quiet clip"),
            Column("Versions", theirs),
            Column(
                "Requests, last hour",
                lambda one: together(one, by_service).words(),
                kind="number",
            ),
        ],
        rows,
    )


def _loose(view: View) -> None:
    """Gateway services that belong to no version, where there are any."""

    async def fetch() -> tuple[list[Row], bool]:
        return await unversioned(view.api, await versions(view.api), _SHOWN)

    def draw(got: tuple[list[Row], bool]) -> None:
        rows, more = got
        if not rows:
            return
        with section("Gateway services without a version"):
            prose(
                "Made with curl, decK or a kong.yaml: they serve, but belong to no service above. "
                "With a version they get documentation and a place in the list."
            )
            _table(view, rows, shown)
            if more:
                text("There are more; search finds them by name.", "quiet small")

    shown: Live[tuple[list[Row], bool]] = live(view, fetch, draw, lines=0)


def _table(view: View, rows: list[Row], shown: Live[Any]) -> None:
    def button(one: Row) -> None:
        async def give() -> None:
            await give_version(view, one)
            await shown.refresh()

        only_for(view, "operator", action("Give it a version", give))

    listing(
        "Gateway services without a version",
        [
            Column(
                "Name",
                lambda one: one.get("name") or one["id"],
                lambda one: view.href(of("gateway-services", one["id"])),
                "strong clip",
            ),
            Column("Where it runs", place, kind="mono"),
        ],
        rows,
        actions=button,
    )


PAGES = (Page("/services", "Services", build, icon="api", group="Gateway", order=10),)
