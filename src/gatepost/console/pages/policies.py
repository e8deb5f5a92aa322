"""All policies: what they do, where they apply, and whether they are on."""

import asyncio
from collections.abc import Mapping
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Trouble, of
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Live,
    action,
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
)
from gatepost.console.parts.listing import Row
from gatepost.console.policies.reach import name_of
from gatepost.console.policies.removal import remove, switch
from gatepost.console.policies.saying import SCOPES, about, scope_of, title_of
from gatepost.console.policies.where import PATHS
from gatepost.console.searching import page_of
from gatepost.console.view import View

_SIZE = 100
_LOOKED_AT = 2_000
"""Policies that a filter looks at before it asks whether to go on."""
_AT_ONCE = 8
_KINDS = {"": "Anywhere", "everything": "Every request", **{k: f"One {k}" for k in SCOPES}}


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Policies", "Who may call what: plugins of Kong's kind, and where they apply."):
        only_for(
            view,
            "operator",
            go_button("Add a policy", view.href("/policies/new"), icon="add", main=True),
        )
    Policies(view)


@final
class Policies:
    """The list, with a filter. It is fetched page after page."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names: dict[str, str] = {}
        self._wanted = _SIZE
        self._looked_at = _LOOKED_AT
        with row("gp-policies-filter"):
            self._words = ui.input(placeholder="Filter by name or tag").props(
                'outlined dense clearable debounce=250 aria-label="Filter by name or tag"'
            )
            self._words.mark("filter")
            self._kind = ui.select(dict(_KINDS), value="").props("outlined dense options-dense")
            self._kind.props["aria-label"] = "Where it applies"
        self._live: Live[dict[str, Any]] = live(view, self._fetch, self._draw, lines=6)
        self._words.on_value_change(self._filter)
        self._kind.on_value_change(self._filter)

    def _filter(self) -> None:
        self._wanted, self._looked_at = _SIZE, _LOOKED_AT
        self._live.soon()

    async def _fetch(self) -> dict[str, Any]:
        words = str(self._words.value or "").strip().casefold()
        kind = str(self._kind.value or "")
        found: list[Row] = []
        looked, offset = 0, None
        while True:
            got = await self._view.api.page("/plugins", size=_SIZE, offset=offset)
            found += [one for one in got.items if fits(one, words, kind)]
            looked, offset = looked + len(got.items), got.next
            if offset is None or len(found) >= self._wanted or looked >= self._looked_at:
                break
        shown = found[: self._wanted]
        await self._name(shown)
        return {
            "shown": shown,
            "more": offset is not None or len(found) > len(shown),
            "filtered": bool(words or kind),
            "looked": looked,
        }

    async def _name(self, policies: list[Row]) -> None:
        """Find out what the things that policies apply to are called."""
        wanted = {
            scope for one in policies for scope in scope_of(one) if scope[1] not in self._names
        }
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(kind: str, ident: str) -> None:
            async with turn:
                self._names[ident] = await _name(self._view.api, kind, ident)

        await asyncio.gather(*(one(*scope) for scope in wanted))

    def _draw(self, got: Mapping[str, Any]) -> None:
        if not got["shown"]:
            self._nothing(got)
            return
        view = self._view
        listing(
            "Policies",
            [
                Column("Policy", title_of, lambda one: view.href(page_of("plugins", one["id"]))),
                Column("Applies to", lambda one: applies(view, one, self._names)),
                Column("What it does", about, kind="quiet"),
                Column("Tags", lambda one: ", ".join(one.get("tags") or ()), kind="quiet small"),
                Column("On", self._switch),
            ],
            got["shown"],
            actions=self._actions,
        )
        if got["more"]:
            self._more(got)

    def _nothing(self, got: Mapping[str, Any]) -> None:
        if got["filtered"]:
            prose("No policy fits the filter.")
            if got["more"]:
                self._more(got)
            return
        with empty(
            "No policy yet: everything is open",
            "A policy decides who may call. It applies to every request, to one service or to one "
            "route; the nearest one counts. The usual beginning: take only requests with a token "
            "of your identity provider.",
            icon="policy",
        ):
            only_for(
                self._view,
                "operator",
                go_button(
                    "Add the first policy", self._view.href("/policies/new"), icon="add", main=True
                ),
            )

    def _more(self, got: Mapping[str, Any]) -> None:
        def more() -> None:
            self._wanted += _SIZE
            self._looked_at = got["looked"] + _LOOKED_AT
            self._live.soon()

        with row("gp-centre"):
            if got["filtered"]:
                text(f"{got['looked']:,} policies were looked at.", "quiet")
            action("Show more", more)

    def _switch(self, policy: Row) -> None:
        made = ui.switch(value=bool(policy["enabled"]))
        made.props["aria-label"] = f"{title_of(policy)} is on"
        if not self._view.may("operator"):
            made.disable()
            return

        async def flipped(event: Any) -> None:
            if bool(event.value) == bool(policy["enabled"]):
                return
            changed = await switch(self._view, policy, on=bool(event.value), again=self._live.soon)
            if changed is None:
                made.set_value(bool(policy["enabled"]))
            else:
                policy["enabled"] = bool(event.value)
                self._live.soon()

        made.on_value_change(flipped)

    def _actions(self, policy: Row) -> None:
        async def delete() -> None:
            if await remove(self._view, policy, again=self._live.soon):
                self._live.soon()

        only_for(
            self._view, "operator", icon_button("delete", f"Delete {title_of(policy)}", delete)
        )


def fits(policy: Row, words: str, kind: str) -> bool:
    """Say whether a policy is wanted. words: casefolded; kind: of _KINDS."""
    scopes = {name for name, _ in scope_of(policy)}
    if kind and (bool(scopes) if kind == "everything" else kind not in scopes):
        return False
    texts = [policy["name"], policy.get("instance_name") or "", *(policy.get("tags") or ())]
    return not words or any(words in str(one).casefold() for one in texts)


def applies(view: View, policy: Row, names: Mapping[str, str]) -> None:
    """Show where a policy applies, with links."""
    scopes = scope_of(policy)
    if not scopes:
        text("every request", "strong")
    for kind, ident in scopes:
        with row("gp-policy-scope"):
            text(kind, "quiet")
            link(names.get(ident, ident), view.href(page_of(PATHS[kind], ident)))


async def _name(api: AdminApi, kind: str, ident: str) -> str:
    try:
        one = await api.get(of(PATHS[kind], ident))
    except Trouble:
        return ident  # the list is worth more than a name
    return str(one.get("username") or one.get("custom_id") or name_of(one))


PAGES = (Page("/policies", "Policies", build, icon="policy", group="Gateway", order=30),)
