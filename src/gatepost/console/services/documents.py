"""The card of a document in Markdown: shown, and written with a preview beside it."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui

from gatepost.console.parts import action, card, live, only_for, primary, prose, row
from gatepost.console.parts.bits import Text
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.live import Live
from gatepost.console.parts.markdown import LONGEST, markdown, read
from gatepost.console.parts.saving import Held
from gatepost.console.view import View


def document_card(view: View, held: Held, *, words: str) -> None:
    """Put the document of an entity on the page. words: what one would write here."""
    with card("Documentation"):

        async def fetch() -> tuple[str, Any]:
            source = str(held.value.get("document") or "")
            return source, await asyncio.to_thread(read, source)

        def draw(got: tuple[str, Any]) -> None:
            source, node = got
            if source:
                markdown(node)
                if len(source) > LONGEST:
                    prose("The document is longer; this is its beginning.")
            else:
                prose(words)
            with row():
                label = "Edit the document" if source else "Write a document"
                only_for(view, "operator", action(label, edit, icon="edit"))

        async def edit() -> None:
            if await _edited(held):
                await shown.refresh()

        shown: Live[tuple[str, Any]] = live(view, fetch, draw, lines=3)


class _Problem:
    """Where it is said what the Admin API found wrong with the text."""

    def __init__(self, area: Any) -> None:
        self._area = area

    def told(self, invalid: Any) -> None:
        """Say it at the text."""
        self._area.props["error"] = True
        self._area.props["error-message"] = "; ".join(invalid.fields.values())[:400]
        self._area.update()


async def _edited(held: Held) -> bool:
    """Let the document be written; return whether it was saved."""
    with dialogue("Document", wide=True, typed=True) as dialog:
        with ui.element("div").classes("gp-document-editor"):
            area = ui.textarea("Markdown", value=str(held.value.get("document") or ""))
            area.props("outlined debounce=400")
            with ui.element("div").classes("gp-document-preview") as preview:
                preview.props["aria-label"] = "Preview"
                preview.props["role"] = "region"
        area.on_value_change(_previewing(preview, area))

        async def save() -> None:
            if await held.save({"document": str(area.value or "") or None}, _Problem(area)):
                dialog.submit(True)

        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(False))
            primary("Save", save)
    await _previewing(preview, area)()
    return bool(await answer_of(dialog))


def _previewing(preview: ui.element, area: Any) -> Callable[..., Any]:
    async def draw(*_: Any) -> None:
        source = str(area.value or "")
        node = await asyncio.to_thread(read, source)
        if preview.is_deleted or str(area.value or "") != source:
            return
        preview.clear()
        with preview:
            if source:
                markdown(node)
            else:
                Text("What you write is shown here.").classes("gp-quiet")

    return draw
