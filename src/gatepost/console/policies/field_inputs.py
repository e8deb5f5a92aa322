"""One field of a schema as an input: with its help, its default, and the way back to it."""

import json
from collections.abc import Mapping
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import Invalid
from gatepost.console.parts import Field, Form, badge, text
from gatepost.console.parts.form import Kind
from gatepost.console.policies.draft import Draft, plain
from gatepost.console.policies.schema import SchemaField

_TEXTS = ("string",)
_MORE = {
    "json": "Written as JSON.",
    "words": "Press Enter after each.",
}


def kind_of(field: SchemaField) -> Kind:
    """Return which input a field gets; whatever has no better one is written as JSON."""
    listed = field.kind in ("array", "set")
    if field.kind == "boolean":
        return "switch" if isinstance(field.default, bool) else "choice"
    if listed and field.elements in _TEXTS and not field.secret:
        return "choices" if field.one_of else "words"
    if field.kind in _TEXTS:
        return "choice" if field.one_of else "secret" if field.secret else "text"
    if field.kind in ("integer", "number"):
        return "choice" if field.one_of else "number"
    return "json"


def input_of(field: SchemaField) -> Field:
    """Return the form's field for a field of a schema."""
    kind = kind_of(field)
    options: Any = field.one_of
    if field.kind == "boolean" and kind == "choice":
        options = {True: "on", False: "off"}
    elif kind == "choice" and field.kind in ("integer", "number"):
        options = {one: str(one) for one in field.one_of}
    return Field(
        field.path,
        field.path,
        kind,
        help=f"{field.help} {_MORE.get(kind, '')}".strip(),
        required=field.required,
        options=options,
        least=2,
        integer=field.kind == "integer",
    )


def default_words(field: SchemaField) -> str:
    """Return what a field is when nothing is said."""
    if field.required:
        return "needed"
    if field.default is None:
        return "default: not set"
    words = json.dumps(field.default, ensure_ascii=False)
    return f"default: {words if len(words) < 120 else words[:120] + '…'}"


@final
class Row:
    """A field on the page. It writes what is typed into the draft.

    Several rows may be there for one field (in the goals and below); each follows the draft.
    """

    def __init__(self, draft: Draft, field: SchemaField, *, enabled: bool = True) -> None:
        self.path = field.path
        self._draft = draft
        self._field = field
        value = draft.value(field.path)
        with ui.element("div").classes("gp-policy-field"):
            self.form = Form((input_of(field),), {field.path: _read(field, value)})
            with ui.element("div").classes("gp-policy-about"):
                text(default_words(field), "quiet small mono")
                if field.referenceable:
                    text("takes {vault://…}", "quiet small")
                self._changed = badge("changed", "warn")
                self._reset = ui.button("Reset", on_click=self.reset, color=None)
                self._reset.props("flat dense no-caps").classes("gp-policy-reset")
                self._reset.props["aria-label"] = f"Reset {field.path} to its default"
        self._input = self.form.element(field.path)
        self._input.on_value_change(self._typed)
        if kind_of(field) == "json":
            self._input.without_auto_validation()  # it takes back what ``_typed`` says
        if not enabled:
            self._input.disable()
        self._may = enabled
        self.follow()

    def reset(self) -> None:
        """Take the field back to its default."""
        self._draft.reset(self._field)
        self.form.set(self.path, _read(self._field, self._draft.value(self.path)))
        self.follow()

    def show(self, problem: str | None) -> None:
        """Say what is wrong with the field; None: nothing is."""
        self.form.show({self.path: problem} if problem else {}, focus=False)

    def follow(self) -> None:
        """Show whether the field differs from its default."""
        differs = self._field.differs(self._draft.value(self.path))
        self._changed.set_visibility(differs)
        self._reset.set_visibility(differs and self._may and not self._field.required)

    def _typed(self) -> None:
        try:
            value = self.form.values()[self.path]
        except Invalid as invalid:
            self.form.show(invalid.fields, focus=False)
            return
        self.form.show({}, focus=False)
        self._draft.put(self.path, plain(value))
        self.follow()


def _read(field: SchemaField, value: Any) -> Any:
    """Return what an input of this kind can show; a stored value of another kind is none."""
    kind = kind_of(field)
    if kind in ("words", "choices"):
        return value if isinstance(value, list) else []
    if kind == "number":
        return value if isinstance(value, int | float) else None
    return value


@final
class SecretList:
    """A list of secrets: an input for each, and an empty one for the next."""

    def __init__(self, draft: Draft, field: SchemaField, *, enabled: bool) -> None:
        self.path = field.path
        self._draft = draft
        held = draft.value(field.path)
        values = [str(one) for one in held] if isinstance(held, list) else []
        fields = [
            Field(
                f"{field.path}.{number}",
                f"{field.path} {number}",
                "secret",
                help=field.help if number == 1 else "",
            )
            for number in range(1, len(values) + 2)
        ]
        with ui.element("div").classes("gp-policy-field"):
            given: Mapping[str, Any] = {
                one.name: value for one, value in zip(fields, values, strict=False)
            }
            self.form = Form(fields, given)
            with ui.element("div").classes("gp-policy-about"):
                text("{masked} stays what it was", "quiet small")
        for one in fields:
            made = self.form.element(one.name)
            made.on_value_change(self._typed)
            if not enabled:
                made.disable()

    def show(self, problem: str | None) -> None:
        """Say what is wrong with the list; None: nothing is."""
        self.form.show({f"{self.path}.1": problem} if problem else {}, focus=False)

    def follow(self) -> None:
        """Nothing: what an input holds is all that is shown."""

    def _typed(self) -> None:
        given = [value for value in self.form.values().values() if value]
        self._draft.put(self.path, given or None)


def draw(draft: Draft, field: SchemaField, *, enabled: bool = True) -> Row | SecretList:
    """Put a field on the page, with the input that fits."""
    if field.secret and field.kind in ("array", "set") and field.elements in _TEXTS:
        return SecretList(draft, field, enabled=enabled)
    return Row(draft, field, enabled=enabled)
