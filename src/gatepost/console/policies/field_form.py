"""Every field of a plugin, by heading or by search: drawn when it is asked for."""

from collections.abc import Sequence
from typing import Any, final

from nicegui import ui

from gatepost.console.parts import heading, prose, row, text
from gatepost.console.policies.editor import Editor
from gatepost.console.policies.field_inputs import draw
from gatepost.console.policies.schema import SchemaField

_MOST = 40
"""Fields that a search draws at once."""
_FEW = 12
"""A plugin with no more fields than that gets them without headings to open."""


def all_fields(editor: Editor) -> None:
    """Put the search and the headings on the page."""
    AllFields(editor)


@final
class AllFields:
    """See ``all_fields``."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        schema = editor.draft.schema
        if len(schema.fields) <= _FEW:
            self._fields([one for one in schema.fields if one.at_work])
            return
        with row("gp-fields-top"):
            search = ui.input(placeholder="Search by name or meaning").props(
                'outlined dense clearable debounce=250 aria-label="Search fields"'
            )
            search.mark("field-search").classes("gp-fields-search")
            self._only = ui.switch("Only what differs from its default")
        self._place = ui.element("div").classes("gp-fields")
        self._search = search
        search.on_value_change(self._show)
        self._only.on_value_change(self._show)
        self._show()
        self._legend()

    def _show(self, _: Any = None) -> None:
        words = str(self._search.value or "").strip()
        self._place.clear()
        schema, draft = self._editor.draft.schema, self._editor.draft
        with self._place:
            if words or self._only.value:
                found = schema.search(words)
                if self._only.value:
                    differing = {one.path for one in draft.differing()}
                    found = [one for one in found if one.path in differing]
                self._found(found, words)
                return
            for title, fields in schema.sections().items():
                self._section(title, fields)

    def _found(self, found: Sequence[SchemaField], words: str) -> None:
        if not found:
            prose(f"No field is called or does {words!r}." if words else "Nothing differs.")
            return
        text(f"{len(found)} field{'' if len(found) == 1 else 's'}", "quiet")
        self._fields(found[:_MOST])
        if len(found) > _MOST:
            prose(f"The first {_MOST} are shown. Search for more words to see fewer.")

    def _section(self, title: str, fields: Sequence[SchemaField]) -> None:
        draft = self._editor.draft
        changed = sum(1 for one in fields if one.differs(draft.value(one.path)))
        label = f"{title} · {len(fields)}" + (f" · {changed} set" if changed else "")
        opened = ui.expansion(label).classes("gp-fields-section")
        with opened:
            inside = ui.element("div")
        drawn = False

        def show(event: Any) -> None:
            nonlocal drawn
            if event.value and not drawn:
                drawn = True
                with inside:
                    self._fields(fields)

        opened.on_value_change(show)

    def _fields(self, fields: Sequence[SchemaField]) -> None:
        for one in fields:
            self._editor.add(draw(self._editor.draft, one, enabled=self._editor.may))

    def _legend(self) -> None:
        asleep = self._editor.draft.schema.asleep()
        with ui.element("div").classes("gp-section"):
            heading("Good to know", 3)
            prose(
                "A secret that is stored is shown as {masked}; while that stands there, it stays "
                "what it was. {vault://env/NAME} in a field reads the variable NAME of the "
                "environment of each node, so that the secret is not stored here at all."
            )
            if asleep:
                names = ", ".join(one.path for one in asleep)
                with ui.expansion(f"{len(asleep)} fields of Kong's do nothing here yet").classes(
                    "gp-fields-section"
                ):
                    prose(f"They are refused when they hold anything but their default: {names}.")
