"""The card of an OpenAPI document: a list of operations; uploaded, pasted, downloaded."""

import asyncio
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import Invalid
from gatepost.console.parts import (
    action,
    badge,
    card,
    confirm,
    listing,
    live,
    only_for,
    primary,
    prose,
    row,
    text,
)
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.listing import Column
from gatepost.console.parts.live import Live
from gatepost.console.parts.saving import Held
from gatepost.console.services.specification import (
    Operation,
    Specification,
    file_name,
    is_json,
    read,
)
from gatepost.console.view import View, tell

_LARGEST = 1024 * 1024
_TONES = {"GET": "good", "POST": "plain", "PUT": "plain", "PATCH": "plain", "DELETE": "bad"}
Read = tuple[str, Specification | str]


def specification_card(view: View, held: Held, name: str) -> None:
    """Put the OpenAPI document of a version on the page. name: of the file that is downloaded."""
    with card("OpenAPI"):

        async def fetch() -> Read:
            source = str(held.value.get("spec") or "")
            if not source:
                return source, ""
            try:
                return source, await asyncio.to_thread(read, source)
            except ValueError as error:
                return source, str(error)

        def draw(got: Read) -> None:
            source, said = got
            if isinstance(said, Specification):
                _operations(said)
            elif source:
                prose(said)
            else:
                prose(
                    "The description of this API for programs: upload the OpenAPI file that your "
                    "team already has, and callers see here what they can call."
                )
            with row():
                label = "Replace" if source else "Add a file"
                only_for(view, "operator", action(label, bring, icon="upload_file"))
                if source:
                    action("Download", lambda: _download(source, name), icon="download")
                    only_for(view, "operator", action("Remove", remove, bad=True))

        async def bring() -> None:
            if await _brought(held):
                await shown.refresh()

        async def remove() -> None:
            words = "The document goes; download it first if you have no other copy."
            if await confirm("Remove the OpenAPI document?", words, yes="Remove") and (
                await held.save({"spec": None}, done="It is gone.")
            ):
                await shown.refresh()

        shown: Live[Read] = live(view, fetch, draw, lines=3)


def _operations(said: Specification) -> None:
    with row():
        badge(said.kind, "quiet")
        if said.title:
            text(said.title, "strong")
        if said.version:
            text(said.version, "quiet")
    if not said.operations:
        prose("It names nothing that can be called.")
        return

    def method(one: dict[str, Any]) -> None:
        badge(one["it"].method, _TONES.get(one["it"].method, "plain"))

    def about(one: dict[str, Any]) -> None:
        operation: Operation = one["it"]
        with row():
            text(operation.summary or "\N{EN DASH}")
            if operation.deprecated:
                badge("deprecated", "warn")

    columns = [
        Column("Method", method),
        Column("Path", lambda one: one["it"].path, kind="mono"),
        Column("What it does", about),
    ]
    if any(one.tag for one in said.operations):
        columns.append(Column("Group", lambda one: one["it"].tag, kind="quiet"))
    with ui.element("div").classes("gp-operations").props('tabindex="0" role="region"') as box:
        box.props["aria-label"] = "Operations"
        listing("Operations", columns, [{"it": one} for one in said.operations])
    if said.left:
        prose(f"and {said.left:,} more, in the file.")


def _download(source: str, name: str) -> None:
    kind = "application/json" if is_json(source) else "application/yaml"
    ui.download.content(source.encode(), file_name(name, source), kind)


class _Told:
    """Says below the text what is wrong with it."""

    def __init__(self, place: ui.element) -> None:
        self._place = place

    def told(self, invalid: Invalid) -> None:
        """Say it."""
        self._place.clear()
        with self._place:
            for words in invalid.fields.values() or [invalid.message]:
                text(words, "problem", tag="p")


async def _brought(held: Held) -> bool:
    """Let a document be uploaded or pasted; return whether it is kept."""
    with dialogue("OpenAPI document", wide=True, typed=True) as dialog:
        prose("A file of at most 1 MiB, as JSON or YAML, or paste the text below.")
        area = ui.textarea("Text", value=str(held.value.get("spec") or ""))
        problem = ui.element("div").props('role="alert"')

        async def uploaded(event: Any) -> None:
            try:
                area.set_value(await event.file.text())
            except UnicodeDecodeError:
                tell("This file is no text in UTF-8.", bad=True)

        upload = ui.upload(
            label="Choose a file, or drop it here",
            auto_upload=True,
            max_files=None,
            max_file_size=_LARGEST,
            on_upload=uploaded,
            on_rejected=lambda: tell("The file is larger than 1 MiB.", bad=True),
        )
        upload.props('flat bordered accept=".json,.yaml,.yml,application/json"').classes(
            "gp-upload"
        )
        upload.move(target_index=2)
        area.props("outlined").classes("gp-code gp-field gp-pasted")

        async def save() -> None:
            if await held.save({"spec": str(area.value or "") or None}, _Told(problem)):
                dialog.submit(True)

        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(False))
            primary("Keep it", save)
    return bool(await answer_of(dialog))
