"""Settings: about this control plane, what belongs to all of it, and other control planes."""

import asyncio
from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Consequence,
    Field,
    action,
    badge,
    card,
    confirm,
    copied,
    facts,
    go_button,
    icon_button,
    listing,
    live,
    only_for,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.view import View, tell

_PLANE = (
    Field("name", "Name", required=True),
    Field("description", "Description"),
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Settings", "About this control plane, and what belongs to all of it."):
        go_button("Import or export", view.href("/settings/file"), icon="description")
        go_button("Vaults and keys", view.href("/settings/keys"), icon="lock")
        if view.may():
            go_button("Issuers", view.href("/settings/issuers"), icon="badge")
    with card("About"):
        live(view, lambda: about(view.api), lambda got: _about(view, got), every=10.0)
    with card("Control planes"):
        prose(
            "Each has a configuration, nodes and tokens of its own, such as one for production "
            "and one for trying things."
        )
        planes: Live[Any] = live(
            view,
            lambda: view.api.send("GET", "/v2/control-planes", query={"page[size]": 100}),
            lambda got: _planes(view, got["data"], planes),
        )
        with row():
            only_for(
                view,
                "admin",
                action("Make a control plane", lambda: _make(view, planes), icon="add"),
            )


async def about(api: AdminApi) -> dict[str, Any]:
    """Return what the control plane tells of itself. Raises Trouble."""
    root, status = await asyncio.gather(api.get("/"), api.get("/status"))
    return {"root": root, "status": status}


def _about(view: View, got: dict[str, Any]) -> None:
    root, status = got["root"], got["status"]
    reachable = bool((status.get("database") or {}).get("reachable"))
    about_it = root.get("configuration") or {}

    def database() -> None:
        with row():
            text(about_it.get("database") or "")
            badge("reachable" if reachable else "away", "good" if reachable else "bad")

    facts(
        [
            ("Version", root.get("gatepost_version")),
            ("Speaks like", f"Kong {root.get('version')}"),
            ("Admin API", view.api.url),
            ("Host", root.get("hostname")),
            ("Database", database),
            ("Configuration", lambda: copied(str(status.get("configuration_hash") or ""))),
            ("Its version", status.get("configuration_version")),
            ("Policies in use", ", ".join(root["plugins"]["enabled_in_cluster"]) or "none"),
            ("You", f"{view.me.name}, {view.me.role}, by {view.me.how}"),
        ]
    )


def _planes(view: View, planes: list[dict[str, Any]], part: Live[Any]) -> None:
    default = next((one["id"] for one in planes if one["name"] == "default"), None)
    here = view.plane or default

    def target(one: dict[str, Any]) -> str:
        return "/" if one["id"] == default else f"/?plane={of(str(one['id']))[1:]}"

    def buttons(one: dict[str, Any]) -> None:
        name = str(one["name"])
        only_for(
            view, "admin", icon_button("edit", f"Change {name}", lambda: _change(view, one, part))
        )
        if one["id"] != default:
            only_for(
                view,
                "admin",
                icon_button("delete", f"Delete {name}", lambda: _delete(view, one, part)),
            )

    def named(one: dict[str, Any]) -> None:
        if one["id"] == here:
            badge("you are here", "good")

    listing(
        "Control planes",
        [
            Column("Name", lambda one: one["name"], target, "strong clip"),
            Column("", named),
            Column("Description", lambda one: one.get("description") or "\N{EN DASH}"),
            Column("Made", lambda one: str(one.get("created_at") or "")[:10], kind="quiet"),
        ],
        planes,
        actions=buttons,
    )


async def _make(view: View, part: Live[Any]) -> None:
    async def send(values: Values) -> Any:
        return await view.api.post("/v2/control-planes", given(values))

    words = "It begins empty: without services, nodes and tokens."
    made = await ask_for(view, "Make a control plane", _PLANE, send, yes="Make it", words=words)
    if made is not None:
        tell(f"{made['name']} is there.")
        await part.refresh()


async def _change(view: View, one: dict[str, Any], part: Live[Any]) -> None:
    async def send(values: Values) -> Any:
        wish = {"name": values["name"], "description": values["description"] or ""}
        return await view.api.patch(f"/v2/control-planes{of(str(one['id']))}", wish)

    title = f"Change {one['name']}"
    if await ask_for(view, title, _PLANE, send, yes="Save", values=one) is not None:
        tell("It is saved.")
        await part.refresh()


async def _delete(view: View, one: dict[str, Any], part: Live[Any]) -> None:
    there = view.api.at(str(one["id"]))
    counts = await view.tried(there.get("/counts"))
    if counts is None:
        return
    goes = [
        Consequence(f"{number:,}", kind.replace("_", " "))
        for kind, number in counts.items()
        if isinstance(number, int) and number
    ]
    name = str(one["name"])
    if await confirm(
        f"Delete {name}?",
        "Its whole configuration goes, its tokens are worth nothing any more, and its nodes go on "
        "with what they have until they are stopped. Export it first if you may want it back: "
        "this cannot be undone.",
        yes="Delete it for good",
        consequences=goes,
        type_this=name,
    ) and await view.did(
        view.api.delete(f"/v2/control-planes{of(str(one['id']))}"), done=f"{name} is deleted."
    ):
        if view.plane == one["id"]:
            view.plane = None
            view.go("/settings")
        await part.refresh()


PAGES = (
    Page("/settings", "Settings", build, icon="settings", group="This control plane", order=40),
)
