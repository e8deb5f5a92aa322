"""One version of a service, or a gateway service without one: where it runs, routes, policies."""

from typing import Any

from nicegui import ui

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    badge,
    card,
    empty,
    link,
    only_for,
    primary,
    prose,
    row,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.chart import chart
from gatepost.console.parts.editing import edited
from gatepost.console.parts.form import Field
from gatepost.console.parts.policy_list import policies_of
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.searching import page_of
from gatepost.console.services.asking import give_version
from gatepost.console.services.cards import place_card, routes_card
from gatepost.console.services.documents import document_card
from gatepost.console.services.fields import PARTS, TAGS, URL
from gatepost.console.services.making import implement
from gatepost.console.services.specification_card import specification_card
from gatepost.console.services.standing import Standing
from gatepost.console.services.taking_away import delete_service, delete_version
from gatepost.console.view import View

_VERSION = (Field("version", "Version", required=True), TAGS)


async def build_version(view: View) -> None:
    """Put the page of a version together."""
    held = await loaded(view, of("service-versions", view.params["version"]))
    package = await view.api.get(of("service-packages", held.value["service_package"]["id"]))
    service = held.value.get("service")
    page = Standing(view)
    with page:
        with row("gp-crumbs"):
            link("Services", view.href("/services"), "small")
            target = view.href(page_of("service_packages", package["id"]))
            link(package["name"], target, "small clip")
        _top(view, held, package, page)
        if service:
            _body(view, await loaded(view, of("services", service["id"])))
        else:
            _not_yet(view, held)
        document_card(
            view,
            held,
            words="What a caller of this version should know: what is new, limits, examples. "
            "Markdown.",
        )
        specification_card(view, held, _title(held, package))


def _title(held: Held, package: dict[str, Any]) -> str:
    return f"{str(package['name'])[:120]} {held.value['version']}"


def _top(view: View, held: Held, package: dict[str, Any], page: Standing) -> None:
    title = _title(held, package)

    async def rename() -> None:
        if await edited(held, "Version", _VERSION):
            view.go(of("versions", held.id))

    async def remove() -> None:
        if await delete_version(view, held.value, page.back):
            page.gone(f"{title[:80]} is deleted", of("services", package["id"]), "Its service")

    with toolbar(title, package.get("description") or None):
        only_for(view, "operator", action("Rename", rename, icon="edit"))
        only_for(view, "operator", action("Delete", remove, icon="delete_outline", bad=True))


async def build_service(view: View) -> None:
    """Put the page of a gateway service together."""
    held = await loaded(view, of("services", view.params["service"]))
    versions = (await view.api.page(of("services", held.id, "versions"))).items
    page = Standing(view)
    with page:
        with row("gp-crumbs"):
            link("Services", view.href("/services"), "small")
            for one in versions:
                target = view.href(page_of("service_versions", one["id"]))
                link(f"Version {one['version']}", target, "small clip")
        _top_of_service(view, held, page, loose=not versions)
        _body(view, held)


def _top_of_service(view: View, held: Held, page: Standing, *, loose: bool) -> None:
    name = str(held.value.get("name") or held.id)

    async def remove() -> None:
        if await delete_service(view, held.value, page.back):
            page.gone(f"{name[:80]} is deleted", "/services", "All services")

    with toolbar(name, "A gateway service: where requests are sent."):
        if loose:
            give = action("Give it a version", lambda: give_version(view, held.value))
            only_for(view, "operator", give)
        only_for(view, "operator", action("Delete", remove, icon="delete_outline", bad=True))
    if loose:
        with card():
            badge("no version", "quiet")
            prose(
                "It serves, but belongs to no service of the list. With a version it gets "
                "documentation, an OpenAPI document and a name that callers know."
            )


def _body(view: View, held: Held) -> None:
    """What both pages show of a gateway service."""
    chart(view, "Traffic", where={"service": held.id}, by="code")
    with ui.element("div").classes("gp-two"):
        place_card(view, held)
        with card("Policies"):
            policies_of(view, service=held.id)
    routes_card(view, held.id)


def _not_yet(view: View, held: Held) -> None:
    """Of a version that nothing implements: say so, and let it run somewhere."""

    async def say() -> None:
        async def doing(values: dict[str, Any]) -> Any:
            return await implement(view.api, held.value, values)

        made = await ask_for(
            view,
            "Where it runs",
            (URL,),
            doing,
            yes="Save",
            more=(
                *PARTS,
                Field(
                    "service",
                    "Or an existing gateway service",
                    help="Its name or id. It must not belong to another version.",
                ),
            ),
            more_title="Another way to say it",
        )
        if made is not None:
            view.go(of("versions", held.id))

    with empty(
        "Nothing implements this version yet",
        "It can be described already. Once you say where it runs, routes can lead to it.",
        icon="dns",
    ):
        only_for(view, "operator", primary("Say where it runs", say))


PAGES = (
    Page("/versions/{version}", "Version", build_version, within="/services"),
    Page("/gateway-services/{service}", "Gateway service", build_service, within="/services"),
)
