"""Questions before services, versions, routes and upstreams go; and the way back afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from gatepost.console.parts import action, confirm, heading, offer_undo, prose, row, text
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.services import removal
from gatepost.console.services.catalogue import traffic
from gatepost.console.services.removal import Going, called
from gatepost.console.view import View

_NO_WAY_BACK = (
    "It holds secrets that nobody can read here, so that it cannot be put back: write them down "
    "first, if you have them."
)


Back = Callable[[], Any]
"""What is done once all of it is there again, such as fetching a list anew."""


async def take_away(view: View, name: str, words: str, going: Going, back: Back) -> bool:
    """Ask, delete, and offer to put it back. Return whether it is gone."""
    said = f"{words} {_NO_WAY_BACK}" if going.masked else words
    title = f"Delete {name[:80]}?"
    if not await confirm(title, said, yes="Delete", consequences=going.consequences()):
        return False
    return await gone(view, going, name, back)


async def gone(view: View, going: Going, name: str, back: Back) -> bool:
    """Delete all of it and offer to put it back; return whether it worked."""
    if not await view.did(going.delete(view.api)):
        return False

    async def undo() -> None:
        await going.restore(view.api)
        back()

    if not going.masked:
        offer_undo(view, f"{name[:80]} is deleted.", undo, "It is back.")
    return True


async def delete_service(view: View, service: Mapping[str, Any], back: Back) -> bool:
    """Take a gateway service away with its routes and policies."""
    going = await view.tried(removal.of_service(view.api, service))
    if going is None:
        return False
    name = called(service)
    words = await _of_traffic(view, [str(service["id"])])
    routes = sum(one.what == "route" for one in going.things)
    if routes:
        many = "Its route goes" if routes == 1 else f"Its {routes:,} routes go"
        words += f" {many} with it, and callers get 404."
    if going.loose:
        words += " Its version stays, without anything that implements it."
    return await take_away(view, name, words, going, back)


async def delete_route(view: View, route: Mapping[str, Any], back: Back) -> bool:
    """Take a route away with its policies."""
    going = await view.tried(removal.of_route(view.api, route))
    if going is None:
        return False
    name = called(route)
    words = "Requests that it matches go to another route that fits, or get 404."
    return await take_away(view, name, words, going, back)


async def delete_upstream(view: View, upstream: Mapping[str, Any], back: Back) -> bool:
    """Take an upstream away with its targets."""
    going = await view.tried(removal.of_upstream(view.api, upstream))
    if going is None:
        return False
    name = called(upstream)
    words = "A service whose host is this name asks DNS for it from then on."
    return await take_away(view, name, words, going, back)


async def delete_version(view: View, version: Mapping[str, Any], back: Back) -> bool:
    """Ask whether what implements a version goes with it, and take it away."""
    return await _choose(
        view,
        str(version["version"]),
        "version",
        lambda all_: removal.of_version(view.api, version, with_service=all_),
        [str(version["service"]["id"])] if version.get("service") else [],
        back,
    )


async def delete_package(
    view: View, package: Mapping[str, Any], services: list[str], back: Back
) -> bool:
    """Ask whether what implements the versions goes too, and take a package away."""
    return await _choose(
        view,
        str(package["name"]),
        "service",
        lambda all_: removal.of_package(view.api, package, with_services=all_),
        services,
        back,
    )


async def _choose(
    view: View,
    name: str,
    what: str,
    going_of: Callable[[bool], Awaitable[Going]],
    services: list[str],
    back: Back,
) -> bool:
    """Ask which of two: keep the gateway services, or delete them as well."""
    kept = await view.tried(going_of(False))
    everything = await view.tried(going_of(True)) if services else kept
    if kept is None or everything is None:
        return False
    words = await _of_traffic(view, services)
    with dialogue(f"Delete the {what} {name[:80]}?") as dialog:
        if words:
            prose(words)
        _alternative(
            f"Delete the {what} alone",
            "Its description, document and OpenAPI go. Gateway services, routes and policies stay: "
            "traffic goes on.",
            kept,
        )
        if services:
            _alternative(
                "Delete the gateway services too",
                "Their routes and policies go with them, and callers get 404.",
                everything,
            )
        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(None)).props("autofocus")
            if services:
                action("Delete everything", lambda: dialog.submit("everything"), bad=True)
            action(f"Delete the {what} alone", lambda: dialog.submit("alone"), bad=True)
    chosen = await answer_of(dialog)
    if chosen is None:
        return False
    return await gone(view, everything if chosen == "everything" else kept, name, back)


def _alternative(title: str, words: str, going: Going) -> None:
    heading(title, 3)
    prose(f"{words} {_NO_WAY_BACK}" if going.masked else words)
    with ui.element("ul").classes("gp-consequences"):
        shown = going.consequences()
        for one in shown[:12]:
            with ui.element("li"):
                text(one.what, "quiet")
                text(one.name, "strong")
        if len(shown) > 12:
            with ui.element("li"):
                text(f"and {len(shown) - 12:,} more", "quiet")


async def _of_traffic(view: View, services: list[str]) -> str:
    """Say how much came to some gateway services in the last hour; nothing where nobody knows."""
    if not services:
        return ""
    known = await view.tried(traffic(view.api)) or {}
    number = sum(known[one].requests for one in services if one in known)
    if not number:
        return "Nothing was counted in the last hour."
    return f"It served {number:,.0f} requests in the last hour."
