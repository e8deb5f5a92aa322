"""Tokens of the Admin API: who may do what with it, and until when."""

import time
from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Consequence,
    Field,
    action,
    ago,
    badge,
    card,
    confirm,
    empty,
    facts,
    listing,
    live,
    only_for,
    primary,
    prose,
    toolbar,
    until,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.parts.shown_once import show_once
from gatepost.console.view import View

ROLES = {
    "viewer": "sees everything except secrets",
    "operator": "also changes what is configured, revokes, adds nodes, and reads the audit log",
    "admin": "also makes and revokes tokens, sees secrets, keeps control planes, turns nodes away",
}
_ENDS = {
    30 * 86400: "in 30 days",
    90 * 86400: "in 90 days",
    366 * 86400: "in a year",
    0: "never (until it is revoked)",
}


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar(
        "Tokens", "With one, a program or a person may use the Admin API and this console."
    ):
        only_for(view, "admin", primary("Make a token", lambda: make(view, tokens), icon="add"))
    tokens: Live[list[dict[str, Any]]] | None = None
    if view.may("admin"):
        tokens = live(view, lambda: view.api.all("/tokens"), lambda got: _draw(view, got, tokens))
    else:
        prose(f"Tokens are kept by those who have the role admin; you have {view.me.role}.")
    with card("What roles may"):
        facts(list(ROLES.items()))


def _draw(view: View, tokens: list[dict[str, Any]], part: Live[Any] | None) -> None:
    if not tokens:
        with empty(
            "No token yet",
            "Programs on the control plane's own machine need none. Everybody else shows one: make "
            "one for each program and person, so that each can be revoked alone.",
            icon="vpn_key",
        ):
            action("Make a token", lambda: make(view, part), icon="add")
        return
    names = {str(one["id"]): str(one.get("name")) for one in view.planes}
    now = time.time()
    with card(kind="gp-list"):
        listing(
            "Tokens",
            [
                Column("Name", lambda one: one["name"], kind="strong"),
                Column("Role", _role),
                Column("Control plane", lambda one: _plane(names, one["plane"])),
                Column("Made", lambda one: ago(one["created_at"], now)),
                Column("Last used", lambda one: ago(one["last_used_at"], now)),
                Column("Ends", lambda one: _ends(one, now)),
            ],
            sorted(tokens, key=lambda one: (one["revoked_at"] is not None, -one["created_at"])),
            actions=lambda one: _actions(view, one, part, now),
        )


def _role(token: dict[str, Any]) -> None:
    badge(token["role"])


def _plane(names: dict[str, str], plane: str | None) -> str:
    return "all of them" if plane is None else names.get(plane, plane[:8])


def over(token: dict[str, Any], now: float) -> bool:
    """Say whether a token is good for nothing any more."""
    ended = token["expires_at"] is not None and token["expires_at"] <= now
    return token["revoked_at"] is not None or ended


def _ends(token: dict[str, Any], now: float) -> str | None:
    if token["revoked_at"] is not None:
        badge(f"revoked {ago(token['revoked_at'], now)}", "bad")
    elif over(token, now):
        badge(f"ended {ago(token['expires_at'], now)}", "quiet")
    else:
        return until(token["expires_at"], now)
    return None


def _actions(view: View, token: dict[str, Any], part: Live[Any] | None, now: float) -> None:
    if not over(token, now):
        button = action("Revoke", lambda: _revoke(view, token, part), bad=True)
        button.props["aria-label"] = f"Revoke {token['name']}"


async def make(view: View, part: Live[Any] | None) -> None:
    """Ask what token is wanted, make it, and show it once."""
    fields = [
        Field("name", "Name", required=True, help="Who or what uses it, such as: pipeline"),
        Field(
            "role",
            "Role",
            "choice",
            required=True,
            options={r: f"{r}: {w}" for r, w in ROLES.items()},
        ),
        Field("expires_in", "Ends", "choice", required=True, options=_ENDS),
    ]
    if view.me.plane is None and len(view.planes) > 1:
        names = {str(one["id"]): str(one.get("name")) for one in view.planes}
        help_ = "Of the others it sees nothing. Empty: all of them."
        fields.append(Field("plane", "Only for", "choice", options=names, help=help_))

    async def send(values: Values) -> Any:
        wish = given(values)
        if not wish.get("expires_in"):
            wish.pop("expires_in", None)
        return await view.api.post("/tokens", wish)

    begin = {"role": "viewer", "expires_in": 90 * 86400}
    made = await ask_for(view, "Make a token", fields, send, yes="Make it", values=begin)
    if made is None:
        return
    await show_once(
        f"The token of {made['name']}",
        "Send it as Authorization: Bearer …, or sign in to this console with it. Keep it where "
        "passwords are kept.",
        str(made["token"]),
    )
    if part is not None:
        await part.refresh()


async def _revoke(view: View, token: dict[str, Any], part: Live[Any] | None) -> None:
    used = ago(token["last_used_at"])
    mine = view.me.how.endswith(str(token["id"])) or view.me.name == token["name"]
    words = "Whoever uses it gets 401 from the next request on. This cannot be undone."
    if mine and view.me.how.startswith("token"):
        words += " You may be signed in with this one: you would be signed out."
    if await confirm(
        f"Revoke {token['name']}?",
        words,
        yes="Revoke it",
        consequences=[Consequence("token", f"{token['name']} ({token['role']}), last used {used}")],
    ):
        doing = view.api.delete(f"/tokens{of(str(token['id']))}")
        await view.tried(doing, done=f"{token['name']} is revoked.")
        if part is not None:
            await part.refresh()


PAGES = (Page("/tokens", "Tokens", build, icon="vpn_key", group="This control plane", order=20),)
