"""Revoking: what is refused at every node from now on, and the log of it."""

from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Field,
    Form,
    ago,
    badge,
    card,
    empty,
    listing,
    live,
    only_for,
    primary,
    prose,
    row,
    text,
    toolbar,
    until,
)
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import given, taken
from gatepost.console.view import View

TARGETS = {
    "token": "a token (paste it)",
    "subject": "all of a person or client: subject (sub)",
    "client": "all of an application: client id",
    "session": "a session at the provider (sid)",
    "token_id": "a token by its id (jti)",
    "key": "what a signing key signed (kid)",
    "issuer": "everything of an issuer",
}
_KEPT = {86400: "a day", 30 * 86400: "30 days", 366 * 86400: "a year"}
_SHOWN = 100

_FIELDS = (
    Field("target", "Revoke", "choice", required=True, options=TARGETS),
    Field("value", "Which", help="The value of it. For an issuer, leave it empty."),
    Field(
        "issuer",
        "Issuer",
        help="Empty: with every issuer that policies name. A token needs none.",
    ),
    Field("why", "Why", help="Stands in the log, for those who ask later."),
    Field(
        "for",
        "Kept for",
        "choice",
        required=True,
        options=_KEPT,
        help="At least as long as what is revoked would live.",
    ),
)


async def build(view: View) -> None:
    """Put the page together."""
    words = "Tokens and sessions that are refused from now on, at every node."
    with toolbar("Revocations", words):
        pass
    asked = view.params.get("target", "")
    begin = {
        "target": asked if asked in TARGETS else "subject",
        "value": view.params.get("value"),
        "issuer": view.params.get("issuer"),
        "for": 30 * 86400,
    }
    with card("Revoke"):
        prose(
            "Takes effect within a second at the nodes that are connected; a node that is away "
            "applies it before it serves again from what it remembers. It cannot be taken back, "
            "but who signs in again afterwards is let in again."
        )
        form = Form(_FIELDS, begin)
        told = ui.element("div").props('role="status"')

        async def revoke() -> None:
            if not form.check():
                return
            sent = await taken(view, form, send(view.api, given(form.values())))
            if sent is not None:
                form.set("value", None)
                _told(told, sent.value)
                await part.refresh()

        with row():
            only_for(view, "operator", primary("Revoke", revoke, icon="block"))
    with card("What is revoked"):
        part: Live[Any] = live(view, lambda: latest(view.api), _draw)


async def send(api: AdminApi, values: dict[str, Any]) -> Any:
    """Send a wish to revoke, as the form has it. Raises Trouble."""
    wish = {name: one for name, one in values.items() if name in {"issuer", "why", "for"}}
    target = values["target"]
    if target != "issuer":
        wish[target] = values.get("value") or ""
    elif values.get("value") and "issuer" not in wish:
        wish["issuer"] = values["value"]
    return await api.post("/revocations", wish)


async def latest(api: AdminApi) -> dict[str, Any]:
    """Return the end of the log, newest first, and how many came before. Raises Trouble."""
    # the log is read onwards from a number: first where it ends, then what is before that
    last = int((await api.get("/revocations", after=10**14))["last"])
    before = max(last - _SHOWN, 0)
    got = await api.get("/revocations", after=before)
    return {"data": list(reversed(got["data"])), "before": before}


def _told(place: ui.element, answer: dict[str, Any]) -> None:
    nodes = answer["nodes"]
    everywhere = nodes["applied"] == nodes["connected"] and not answer["elsewhere"]
    place.clear()
    with place, row("gp-wait gp-wait-good" if everywhere else "gp-wait"):
        ui.icon("check_circle" if everywhere else "schedule").props('aria-hidden="true"')
        with ui.element("div"):
            text("Revoked.", "strong", tag="div")
            text(f"Applied by {answer['reach']}.", "quiet", tag="div")
            if nodes["missing"]:
                text(f"Not yet by: {', '.join(nodes['missing'])}", "quiet small", tag="div")


def _draw(got: dict[str, Any]) -> None:
    if not got["data"]:
        with empty(
            "Nothing is revoked",
            "When somebody leaves, or a token got into the wrong hands, revoke it here: nodes "
            "refuse it at once, whatever they remember of it.",
            icon="block",
        ):
            pass
        return
    listing(
        "Revocations, newest first",
        [
            Column("When", lambda one: ago(one.get("not_before"))),
            Column("What", _what),
            Column("Who", lambda one: one.get("who") or "\N{EN DASH}", kind="clip"),
            Column("Why", lambda one: one.get("why") or "\N{EN DASH}"),
            Column("Ends", lambda one: until(one.get("expires"))),
        ],
        got["data"],
    )
    if got["before"]:
        text(f"The latest {_SHOWN} numbers of the log; {got['before']:,} before them.", "quiet")


def _what(one: dict[str, Any]) -> None:
    badge(str(one["kind"]).replace("_", " "))
    for part in one["parts"]:
        text(part, "mono small clip", tag="div")


PAGES = (Page("/revocations", "Revocations", build, icon="block", group="Look", order=40),)
