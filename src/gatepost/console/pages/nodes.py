"""Data planes: the nodes that serve traffic, how each of them is, and tokens that admit more."""

import time
from typing import Any

from gatepost.console import admin_api
from gatepost.console.admin_api import AdminApi, Trouble, of
from gatepost.console.collecting import Beginning
from gatepost.console.node_words import called, ends, state, summary
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    ago,
    badge,
    card,
    confirm,
    empty,
    go_button,
    icon_button,
    link,
    listing,
    live,
    only_for,
    prose,
    row,
    text,
    toolbar,
    until,
)
from gatepost.console.parts.live import Live
from gatepost.console.view import View

EVERY = 3.0
"""Seconds between two looks at the nodes."""


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Data planes", "The nodes that serve your traffic, and what each of them runs."):
        only_for(
            view,
            "operator",
            go_button("Add a node", view.href("/nodes/new"), icon="add", main=True),
        )
    wanted = Beginning("/clustering/data-planes")
    nodes: Live[Any] = live(
        view,
        lambda: _nodes(view.api, wanted),
        lambda got: _draw(view, got, wanted, nodes),
        every=EVERY,
    )
    if view.may():
        tokens: Live[Any] = live(
            view,
            lambda: unused(view.api),
            lambda found: _tokens(view, found, tokens),
            every=10.0,
            lines=1,
        )


async def addresses(api: AdminApi) -> dict[str, list[str]]:
    """Return where nodes serve, by their ids, as far as they told and who asks may know."""
    found: dict[str, list[str]] = {}
    try:
        got = await api.get("/try/gateways")
    except (admin_api.Gone, admin_api.Denied):
        return found
    for one in got["data"]:
        found.setdefault(str(one.get("node")), []).append(str(one.get("url")))
    return found


async def unused(api: AdminApi) -> list[dict[str, Any]]:
    """Return the enrolment tokens that nobody has used yet and that have not ended."""
    got = await api.get("/clustering/tokens")
    now = time.time()
    return [one for one in got["data"] if one["used_at"] is None and one["expires_at"] > now]


async def _nodes(api: AdminApi, wanted: Beginning) -> tuple[Any, dict[str, list[str]], int]:
    page = await wanted.fetch(api)
    try:
        where = await addresses(api)
    except Trouble:
        where = {}  # what they are is more than where
    # drawn anew now and then also when nothing else changed: it tells how long ago things were
    return page, where, int(time.time() // 10)


def _draw(view: View, got: Any, wanted: Beginning, part: Live[Any]) -> None:
    page, where, _ = got
    now = time.time()
    if not page.items:
        with empty(
            "No node yet",
            "A node is the process that takes requests and decides on them. It fetches everything "
            "that you configure here, and goes on by itself while this control plane is away.",
            icon="dns",
        ):
            only_for(
                view,
                "operator",
                go_button("Add a node", view.href("/nodes/new"), icon="add", main=True),
            )
        return
    with row("gp-node-sum"):
        for words, tone in summary(page.items, now):
            badge(words, tone)
    columns = [
        Column("Node", lambda one: _name(view, one)),
        Column("State", lambda one: _state(one, now)),
        Column("Version", lambda one: one["version"] or "\N{EN DASH}"),
        Column("Last seen", lambda one: ago(one["last_seen"], now), kind="number"),
        Column("Certificate ends", lambda one: _ends(one, now)),
    ]
    if where:
        columns.insert(2, Column("Serves at", lambda one: _where(where.get(one["id"], []))))
    with card(kind="gp-node-card"):
        listing("Nodes", columns, page.items)
    wanted.more(page, lambda: part)


def _name(view: View, node: dict[str, Any]) -> None:
    link(called(node), view.href(f"/nodes{of(str(node['id']))}"), "strong clip")
    text(str(node["id"])[:8], "quiet small mono node-id")


def _state(node: dict[str, Any], now: float) -> None:
    how = state(node, now)
    badge(how.word, how.tone)
    if how.says:
        text(how.says[:300], "quiet small node-says", tag="div")


def _ends(node: dict[str, Any], now: float) -> str | None:
    words, tone = ends(node, now)
    if tone == "plain":
        return words
    badge(words, tone)
    return None


def _where(urls: list[str]) -> str | None:
    if not urls:
        return "\N{EN DASH}"
    for url in urls:
        text(url, "mono small node-url", tag="div")
    return None


def _tokens(view: View, found: list[dict[str, Any]], part: Live[Any]) -> None:
    if not found:
        return
    with card("Tokens that wait for a node"):
        prose("Each admits one node, once, until it ends. Drop those that nobody needs any more.")
        listing(
            "Unused tokens",
            [
                Column("Token", lambda one: str(one["id"]), kind="mono"),
                Column("Made", lambda one: ago(one["created_at"])),
                Column("Ends", lambda one: until(one["expires_at"])),
            ],
            found,
            actions=lambda one: icon_button("delete", f"Drop {one['id']}", _drop(view, one, part)),
        )


def _drop(view: View, token: dict[str, Any], part: Live[Any]) -> Any:
    async def drop() -> None:
        if await confirm(
            "Drop this token?",
            "Whoever has it cannot add a node with it any more. Nodes that are here stay.",
            yes="Drop it",
        ):
            path = f"/clustering/tokens{of(str(token['id']))}"
            await view.tried(view.api.delete(path), done="The token is dropped.")
            await part.refresh()

    return drop


PAGES = (Page("/nodes", "Data planes", build, icon="dns", group="Look", order=30),)
