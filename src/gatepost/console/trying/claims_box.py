"""The token that goes with the request: what it says, until when, and whether it is genuine."""

import json
import time
from collections.abc import Mapping
from typing import Any

from nicegui import ui

from gatepost.console.parts import Column, badge, listing, live, prose, row, text
from gatepost.console.trying.claims import Told, countdown, explained
from gatepost.console.trying.desk import Desk

_SIGNATURE: dict[bool | None, tuple[str, str]] = {
    True: ("signature good", "good"),
    False: ("signature bad", "bad"),
    None: ("signature not checked", "warn"),
}


def claims_box(desk: Desk) -> None:
    """Put it on the page."""
    place = ui.element("div").classes("gp-try-claims")

    def draw() -> None:
        place.clear()
        with place:
            if desk.trial.authorization() is None:
                prose("No token goes with the request. Get one first.")
            elif desk.trial.way == "basic":
                prose("The gateway gets the token: nobody here has seen it. The trace tells of it.")
            elif desk.trial.tokens is not None:
                token = desk.trial.tokens.access.reveal()
                asked = {"token": token}
                live(
                    desk.view,
                    lambda: desk.view.api.post("/openid-connect/decode", asked),
                    _decoded,
                )

    desk.on("token", draw)
    draw()


def _decoded(found: Mapping[str, Any]) -> None:
    signature = found.get("signature") or {}
    kind = str(found.get("kind"))
    claims = found.get("claims")
    with row():
        words, tone = _SIGNATURE[signature.get("ok")]
        if kind == "jwt":
            badge(words, tone)
        text(str(signature.get("says") or ""), "quiet")
    if kind != "jwt" or not isinstance(claims, dict):
        prose(_UNREAD.get(kind, "Its claims cannot be read."))
        return
    told = explained(claims)
    for one in told:
        if one.ends is not None:
            _counted(one.ends)
    listing("Claims", _COLUMNS, [_row(one) for one in told])
    header = found.get("header") or {}
    shown = ", ".join(f"{name}: {_plain(value)}" for name, value in header.items())
    text(f"Header: {shown}", "quiet small mono", tag="p")


_UNREAD = {
    "opaque": (
        "It is opaque: nothing can be read from it. The gateway asks its provider what it says "
        "(introspection), and so may you: see the trace."
    ),
    "jwe": "It is encrypted for those that it is for: only they can read its claims.",
}
_COLUMNS = (
    Column("Claim", lambda one: one["name"], kind="mono strong"),
    Column("Says", lambda one: one["value"]),
    Column("Which is", lambda one: one["says"], kind="quiet"),
)


def _row(told: Told) -> dict[str, Any]:
    return {"name": told.name, "value": told.value, "says": told.says}


def _counted(ends: float) -> None:
    """Show how long the token is good, each second anew."""
    shown = text(countdown(ends, time.time()), "try-countdown strong", tag="p")
    shown.props["role"] = "timer"

    def tick() -> None:
        shown.set_text(countdown(ends, time.time()))
        if ends < time.time():
            shown.classes("gp-try-ended")

    ui.timer(1.0, tick)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
