"""The search box in the frame: what is configured, by name, host, path or tag."""

from typing import Any
from urllib.parse import quote

from nicegui import ui

from gatepost.console.admin_api import Trouble, Unknown
from gatepost.console.parts import text
from gatepost.console.view import View

PAGES = {
    "service_packages": "/services/{id}",
    "service_versions": "/versions/{id}",
    "services": "/gateway-services/{id}",
    "routes": "/routes/{id}",
    "plugins": "/policies/{id}",
    "consumers": "/consumers/{id}",
    "consumer_groups": "/consumer-groups/{id}",
    "certificates": "/certificates",
    "snis": "/certificates",
    "ca_certificates": "/certificates",
    "upstreams": "/upstreams/{id}",
    "targets": "/upstreams",
    "vaults": "/settings",
    "keys": "/settings",
    "key_sets": "/settings",
}
"""Where the page of an entity of each kind is."""

_SHOWN = 12


def page_of(kind: str, ident: str) -> str:
    """Return the path of an entity's page; the overview where its kind has none."""
    return PAGES.get(kind, "/").replace("{id}", quote(ident, safe=""))


def search_box(view: View) -> None:
    """Put the box on the page. What is found is a list of links below it."""
    with ui.element("div").classes("gp-search").props('role="search"'):
        box = ui.input(placeholder="Search  ( / )").props(
            'dense outlined clearable debounce=250 aria-label="Search" id="gp-search"'
        )
        box.mark("search")
        with box.add_slot("prepend"):
            ui.icon("search").props('aria-hidden="true"')
        found = ui.element("div").classes("gp-found").props('role="status"')
        found.set_visibility(False)

    async def look(event: Any) -> None:
        wanted = str(event.value or "").strip()
        found.clear()
        found.set_visibility(bool(wanted))
        if not wanted:
            return
        try:
            got = await view.api.get("/search", q=wanted[:200], size=_SHOWN)
        except Unknown:
            view.expired()
            return
        except Trouble as trouble:
            got = {"data": [], "problem": trouble.message}
        if not found.is_deleted and str(box.value or "").strip() == wanted:
            with found:
                _show(view, got, wanted)

    box.on_value_change(look)


def _show(view: View, got: dict[str, Any], wanted: str) -> None:
    if got.get("problem"):
        text(got["problem"], "quiet")
    elif not got["data"]:
        text(f"Nothing is called {wanted!r}.", "quiet")
    for one in got["data"]:
        with ui.element("a").classes("gp-hit") as hit:
            hit.props["href"] = view.href(page_of(one["kind"], one["id"]))
            text(str(one["kind"]).replace("_", " ").removesuffix("s"), "quiet")
            text(one.get("name") or one["id"], "strong clip")
            text(one.get("about") or "", "quiet clip")
    more = got.get("total", 0) - len(got["data"])
    if more > 0:
        text(f"and {more:,} more", "quiet")
