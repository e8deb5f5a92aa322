"""The audit log: who did what, when, and what was other before."""

from typing import Any

from nicegui import ui

from gatepost.console.collecting import Beginning
from gatepost.console.differences import differences
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Field,
    Form,
    action,
    ago,
    badge,
    card,
    facts,
    heading,
    link,
    listing,
    live,
    moment,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.comparing import compared
from gatepost.console.parts.dialogue import answer_of
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import given
from gatepost.console.searching import PAGES as PLACES
from gatepost.console.searching import page_of
from gatepost.console.view import View

KINDS = (
    "services", "routes", "plugins", "upstreams", "targets", "consumers", "consumer_groups",
    "consumer_group_consumers",
    "keyauth_credentials", "basicauth_credentials", "acls", "certificates", "snis",
    "ca_certificates", "vaults", "keys", "key_sets", "service_packages", "service_versions",
    "tokens", "enrolments", "nodes", "revocations", "control_planes",
)  # fmt: skip
_TONES = {"create": "good", "delete": "bad", "revoke": "bad"}


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Audit log", "Every change: who made it, when, and what was before."):
        pass
    if not view.may():
        prose(f"The log is read by those who have the role operator; you have {view.me.role}.")
        return
    begin = {name: view.params[name] for name in ("kind", "entity", "who") if name in view.params}
    wanted = Beginning("/audit", query=dict(begin))
    with ui.element("div").classes("gp-filters-row"):
        form = Form(
            (
                Field("kind", "What", "choice", options={one: said(one) for one in KINDS}),
                Field("entity", "Id of what was changed"),
                Field("who", "Who"),
            ),
            begin,
        )

        async def choose() -> None:
            wanted.query = given(form.values())
            wanted.again()
            await part.refresh()

        action("Filter", choose, icon="filter_list")
    part: Live[Any] = live(
        view, lambda: wanted.fetch(view.api), lambda got: _draw(view, got, wanted, part)
    )


def said(kind: str) -> str:
    """Return a kind in words."""
    words = kind.replace("_", " ").replace("keyauth", "key-auth").replace("basicauth", "basic-auth")
    return {
        "plugins": "policies",
        "enrolments": "enrolment tokens",
        "consumer_group_consumers": "memberships",
    }.get(kind, words)


def _draw(view: View, page: Any, wanted: Beginning, part: Live[Any]) -> None:
    if not page.items:
        prose("Nothing that fits was changed within the last year.")
        return
    with card(kind="gp-list"):
        listing(
            "Changes, newest first",
            [
                Column("When", _when),
                Column("Who", _who),
                Column("Did", _did),
                Column("What", lambda one: _what(view, one)),
            ],
            page.items,
            actions=_open,
        )
    wanted.more(page, lambda: part)


def _when(one: dict[str, Any]) -> None:
    text(ago(one["at"]), tag="div")
    text(moment(one["at"]), "quiet small number", tag="div")


def _who(one: dict[str, Any]) -> None:
    text(one["who"], "strong clip", tag="div")
    text(one["how"], "quiet small clip", tag="div")


def _did(one: dict[str, Any]) -> None:
    badge(one["action"], _TONES.get(str(one["action"]), "plain"))


def _what(view: View, one: dict[str, Any]) -> None:
    kind, entity = str(one["kind"] or ""), one["entity"]
    text(said(kind).removesuffix("s"), "quiet small", tag="div")
    name = str(one["name"] or entity or "")
    if kind in PLACES and entity and one["action"] != "delete":
        link(name, view.href(page_of(kind, str(entity))), "clip")
    elif name:
        text(name, "clip")


def _open(one: dict[str, Any]) -> None:
    button = action("Open", lambda: show(one))
    button.props["aria-label"] = f"Open: {one['action']} {one['kind']} {one['name'] or ''}"


async def show(one: dict[str, Any]) -> None:
    """Show one entry with its differences."""
    title = f"{one['action']} {said(str(one['kind'] or '')).removesuffix('s')}"
    with ui.context.client.layout, ui.dialog() as dialog:
        dialog.props["aria-label"] = title
        with ui.card().classes("gp-dialog gp-wide"):
            heading(title.capitalize(), 2)
            facts(
                [
                    ("When", moment(one["at"])),
                    ("Who", f"{one['who']} ({one['how']})"),
                    ("Name", one["name"]),
                    ("Id", one["entity"]),
                ]
            )
            found = differences(one["before"], one["after"])
            if (one["after"] or {}).get("secrets_changed"):
                prose("A secret changed. Secrets are not kept here, neither old nor new.")
            elif not found:
                prose("No field is told for this.")
            if found:
                compared("What is other", found)
            with row("gp-end"):
                action("Close", dialog.close)
    await answer_of(dialog)


PAGES = (Page("/audit", "Audit log", build, icon="history", group="This control plane", order=30),)
