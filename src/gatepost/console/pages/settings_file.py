"""The whole configuration as one file: downloaded, compared with, applied."""

from typing import Any

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Changed, Invalid
from gatepost.console.differences import Difference
from gatepost.console.page import Page
from gatepost.console.parts import (
    Consequence,
    Field,
    Form,
    action,
    badge,
    card,
    confirm,
    go_button,
    only_for,
    primary,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.comparing import compared
from gatepost.console.parts.pem_field import from_file
from gatepost.console.parts.sending import taken
from gatepost.console.view import View, tell

_TONES = {"create": "good", "update": "warn", "delete": "bad"}
_SHOWN = 200
_MOST = 64 * 1024 * 1024
_PATIENCE = 120.0

_FIELDS = (
    Field(
        "file",
        "kong.yaml",
        "area",
        required=True,
        placeholder='_format_version: "3.0"',
        help="All of the configuration: what is not in it is deleted.",
        least=10,
    ),
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Import and export", "The configuration as one declarative file (kong.yaml)."):
        go_button("Settings", view.href("/settings"), icon="arrow_back")
    with card("Export"):
        prose(
            "Everything that is configured here, without secrets, in the form that decK and Kong "
            "know. Sent back, {masked} means that what is stored stays."
        )
        with row():
            action("Download kong.yaml", lambda: _download(view), icon="download")
    with card("Import"):
        prose("Nothing changes before you have seen what would.")
        form = Form(_FIELDS)
        from_file(form, "file", "Read it from a file", accept=".yaml,.yml,.json", most=_MOST)

        async def look() -> None:
            below.clear()
            if not form.check():
                return
            text_ = str(form.values()["file"]).encode()
            sent = await taken(view, form, _planned(view, form, text_, below))
            if sent is not None and sent.value is not None:
                with below:
                    _plan(view, sent.value, text_, below)

        with row():
            only_for(view, "operator", primary("Show what would change", look, icon="difference"))
        below = ui.element("div")


async def dump(api: AdminApi) -> str:
    """Return the configuration as kong.yaml, secrets masked. Raises Trouble."""
    content, _ = await api.exchange("GET", "/declarative", text=True, patience=_PATIENCE)
    return str(content)


async def _download(view: View) -> None:
    content = await view.tried(dump(view.api))
    if content is not None:
        ui.download.content(content.encode(), "kong.yaml", "application/yaml")


async def send(api: AdminApi, doing: str, file: bytes, version: Any = None) -> Any:
    """Have a file compared (``plan``) or applied (``apply``), onto a version only. Raises."""
    headers = {"Content-Type": "application/yaml"}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    path = f"/declarative/{doing}"
    return await api.send("POST", path, file, headers=headers, patience=_PATIENCE)


async def _planned(view: View, form: Form, file: bytes, below: ui.element) -> Any:
    try:
        return await send(view.api, "plan", file)
    except Invalid as invalid:
        if not invalid.problems:
            raise
        form.show({"file": invalid.message})
        with below:
            _mistakes(invalid.problems)
        return None


def _mistakes(problems: list[dict[str, Any]]) -> None:
    with ui.element("ol").classes("gp-mistakes"):
        for one in problems[:_SHOWN]:
            with ui.element("li"):
                if one.get("line"):
                    text(f"Line {one['line']}", "strong")
                if one.get("path"):
                    text(one["path"], "mono small")
                text(one.get("message") or "")
    if len(problems) > _SHOWN:
        text(f"and {len(problems) - _SHOWN:,} more", "quiet")


def _plan(view: View, plan: dict[str, Any], file: bytes, below: ui.element) -> None:
    changes = plan["changes"]
    with card("What would change", kind="gp-plan"):
        if not changes:
            text("Nothing: the file says what is configured.", "strong")
            return
        with row():
            for word, tone in _TONES.items():
                number = sum(1 for one in changes if one["action"] == word)
                if number:
                    badge(f"{number:,} {word}d", tone)
        for one in changes[:_SHOWN]:
            _change(one)
        if len(changes) > _SHOWN:
            text(f"and {len(changes) - _SHOWN:,} more", "quiet")
        with row():
            only_for(view, "operator", primary("Apply", lambda: _apply(view, plan, file, below)))


def _change(one: dict[str, Any]) -> None:
    fields = [
        Difference(str(f["field"]), _said(f["before"]), _said(f["after"])) for f in one["fields"]
    ]
    # what is made or deleted has no fields to compare, and nothing to open
    outer, inner = ("details", "summary") if fields else ("div", "div")
    with ui.element(outer).classes("gp-change"):
        with ui.element(inner).classes("gp-change-head"):
            badge(str(one["action"]), _TONES.get(str(one["action"]), "plain"))
            text(one["name"] or one["id"], "strong")
        if fields:
            compared("What is other", fields)


def _said(value: Any) -> str | None:
    return None if value is None else str(value)


async def _apply(view: View, plan: dict[str, Any], file: bytes, below: ui.element) -> None:
    gone = [one for one in plan["changes"] if one["action"] == "delete"]
    if gone and not await confirm(
        f"Apply it, and delete {len(gone):,}?",
        "What is not in the file is deleted, and its traffic ends with it.",
        yes="Apply it",
        consequences=[Consequence("deletes", str(one["name"] or one["id"])) for one in gone],
    ):
        return

    async def apply() -> Any:
        try:
            return await send(view.api, "apply", file, plan["version"])
        except Changed:
            below.clear()
            tell("Somebody else changed the configuration meanwhile. Look again.", bad=True)
            return None

    done = await view.tried(apply())
    if done is not None:
        below.clear()
        with below, ui.element("div").classes("gp-wait gp-wait-good").props('role="status"'):
            ui.icon("check_circle").props('aria-hidden="true"')
            number = len(done["changes"])
            text(f"Applied: {number:,} changes, version {done['version']}.", "strong")


PAGES = (Page("/settings/file", "Import and export", build, within="/settings"),)
