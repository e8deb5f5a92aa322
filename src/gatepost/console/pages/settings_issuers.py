"""Issuers that policies name, as they are found from the control plane's machine."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    ago,
    badge,
    card,
    empty,
    facts,
    go_button,
    live,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.live import Live
from gatepost.console.view import View

_ENDPOINTS = (
    ("Authorization", "authorization_endpoint"),
    ("Token", "token_endpoint"),
    ("Keys", "jwks_uri"),
    ("Introspection", "introspection_endpoint"),
    ("Userinfo", "userinfo_endpoint"),
    ("End of session", "end_session_endpoint"),
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Issuers", "Identity providers that policies name, asked from here."):
        go_button("Settings", view.href("/settings"), icon="arrow_back")
        if view.may():
            action("Ask all again", lambda: _forget(view, None, part), icon="refresh")
    if not view.may():
        prose(f"Asking providers takes the role operator; you have {view.me.role}.")
        return
    part: Live[Any] = live(
        view,
        lambda: view.api.get("/openid-connect/issuers"),
        lambda got: _draw(view, got["data"], part),
    )


def _draw(view: View, issuers: list[dict[str, Any]], part: Live[Any]) -> None:
    if not issuers:
        with empty(
            "No policy names an issuer",
            "A policy openid-connect names the identity provider whose tokens and logins count.",
            icon="badge",
        ):
            pass
    for one in issuers:
        with card(str(one["issuer"])):
            _issuer(view, one, part)


def _issuer(view: View, one: dict[str, Any], part: Live[Any]) -> None:
    document = one.get("configuration") or {}
    with row():
        if one.get("problem"):
            badge("problem", "bad")
            text(one["problem"], "problem")
        else:
            badge("discovery works", "good")
            text(f"asked {ago(one['created_at'])}", "quiet")
    keys = ", ".join(
        f"{key.get('kid', 'without kid')} ({key.get('alg') or key.get('kty')})"
        for key in one.get("keys") or ()
    )
    facts(
        [(name, document[field]) for name, field in _ENDPOINTS if document.get(field)]
        + [("Its keys", keys or None)]
    )
    with row():
        action("Ask again", lambda: _forget(view, one, part), icon="refresh")


async def _forget(view: View, one: dict[str, Any] | None, part: Live[Any]) -> None:
    path = "/openid-connect/issuers" + ("" if one is None else of(str(one["id"])))

    if await view.did(view.api.delete(path)):
        await part.refresh()


PAGES = (Page("/settings/issuers", "Issuers", build, within="/settings"),)
