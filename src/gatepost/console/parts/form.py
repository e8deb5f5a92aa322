"""Forms: fields with labels, help and what is wrong with them; read as values, told as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, final

from nicegui import ui
from nicegui.elements.input_chips import InputChips

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.bits import text

Kind = Literal["text", "area", "secret", "number", "switch", "choice", "choices", "words", "json"]
MASK = "{masked}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. name: in the body, with dots for what is nested (``config.issuer``).

    kind: ``words`` is a list of texts, ``choices`` a list of options, ``json`` anything. options:
    of a choice. least: rows of an area. wide: takes the whole width.
    """

    name: str
    label: str
    kind: Kind = "text"
    help: str = ""
    required: bool = False
    options: Sequence[str] | Mapping[Any, str] = ()
    placeholder: str = ""
    least: int = 4
    integer: bool = True


@final
class Form:
    """Fields on the page. values: by name, what they begin with."""

    def __init__(self, fields: Sequence[Field], values: Mapping[str, Any] | None = None) -> None:
        self._fields = {field.name: field for field in fields}
        self._inputs: dict[str, Any] = {}
        given = values or {}
        with ui.element("div").classes("gp-form"):
            for field in fields:
                self._inputs[field.name] = _input(field, given.get(field.name))
            self._rest = ui.element("div").props('role="alert"').classes("gp-form-rest")
        self._first = self.values()

    def values(self) -> dict[str, Any]:
        """Return what stands in each field, by name; None where nothing does.

        Raises Invalid for a field that holds no JSON.
        """
        return {name: self._read(name) for name in self._fields}

    def changed(self) -> dict[str, Any]:
        """Return the fields that are other than they were. Raises Invalid."""
        return {name: one for name, one in self.values().items() if one != self._first[name]}

    def set(self, name: str, value: Any) -> None:
        """Write into a field."""
        self._inputs[name].set_value(_shown(self._fields[name], value))

    def element(self, name: str) -> Any:
        """Return a field's input."""
        return self._inputs[name]

    def check(self) -> bool:
        """Mark required fields that are empty, and what is no JSON; return whether all is well."""
        wrong: dict[str, str] = {}
        for name, field in self._fields.items():
            try:
                value = self._read(name)
            except Invalid as invalid:
                wrong |= invalid.fields
                continue
            if field.required and value in (None, [], ""):
                wrong[name] = "This is needed."
        self.show(wrong)
        return not wrong

    def show(self, problems: Mapping[str, str]) -> None:
        """Say at each field what is wrong with it, and below what belongs to none; none clears."""
        left = dict(problems)
        first = None
        for name, made in self._inputs.items():
            mine = [
                message
                for place, message in problems.items()
                if place == name or place.startswith((f"{name}.", f"{name}["))
            ]
            for place in [p for p in left if p == name or p.startswith((f"{name}.", f"{name}["))]:
                left.pop(place)
            made.props["error"] = bool(mine)
            made.props["error-message"] = "; ".join(mine)[:400]
            made.update()
            first = first or (made if mine else None)
        self._rest.clear()
        with self._rest:
            for place, message in left.items():
                words = message if place.startswith("@") else f"{place}: {message}"
                text(words, "problem", tag="p")
        if first is not None:
            first.run_method("focus")

    def told(self, invalid: Invalid) -> None:
        """Show what the Admin API found wrong."""
        self.show(invalid.fields or {"@entity": invalid.message})

    def _read(self, name: str) -> Any:
        field, value = self._fields[name], self._inputs[name].value
        match field.kind:
            case "switch":
                return bool(value)
            case "words":
                return [one for one in self._inputs[name].words if one.strip()]
            case "choices":
                return [str(one) for one in value or () if str(one).strip()]
            case "number":
                return None if value is None else int(value) if field.integer else float(value)
            case "json":
                if not (value or "").strip():
                    return None
                try:
                    return json.loads(value)
                except ValueError as error:
                    raise Invalid("This is no JSON.", {name: f"This is no JSON: {error}"}) from None
            case _:
                return value.strip() or None if isinstance(value, str) else value


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"config.issuer": 1}`` as ``{"config": {"issuer": 1}}``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = name.split(".")
        place = found
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def at(values: Any, name: str) -> Any:
    """Return what stands at ``config.issuer`` in a body, None for nothing."""
    for step in name.split("."):
        if not isinstance(values, Mapping):
            return None
        values = values.get(step)
    return values


def _shown(field: Field, value: Any) -> Any:
    match field.kind:
        case "json":
            return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
        case "words" | "choices":
            return [] if value is None else [str(one) for one in value]
        case "switch":
            return bool(value)
        case "number" | "choice":
            return value
        case _:
            return "" if value is None else str(value)


def _input(field: Field, value: Any) -> Any:
    shown = _shown(field, value)
    label = f"{field.label} *" if field.required else field.label
    made: Any
    match field.kind:
        case "area" | "json":
            made = ui.textarea(label, value=shown, placeholder=field.placeholder)
            made.props(f"autogrow input-style=min-height:{field.least * 1.5}em")
            made.classes("gp-code" if field.kind == "json" else "")
        case "secret":
            made = ui.input(label, value=shown, password=True, password_toggle_button=True)
            made.props("autocomplete=new-password")
        case "number":
            made = ui.number(label, value=shown, placeholder=field.placeholder)
        case "switch":
            return _switch(field, shown)
        case "choice":
            made = ui.select(_options(field, shown), value=shown, label=label)
            made.props("options-dense clearable" if not field.required else "options-dense")
        case "choices":
            made = ui.select(_options(field, shown), value=shown, label=label, multiple=True)
            made.props("options-dense use-chips")
        case "words":
            made = _Chips(label, value=shown, new_value_mode="add-unique")
            made.props("use-input input-debounce=0")
            _takes_what_was_typed(made)
        case _:
            made = ui.input(label, value=shown, placeholder=field.placeholder)
    made.props("outlined dense").classes(f"gp-field gp-field-{field.kind}")
    made.props["data-field"] = field.name
    if field.help:
        made.props["hint"] = field.help
    return made


def _options(field: Field, shown: Any) -> Any:
    """Return the options; what is set stays possible even where it is none of them."""
    options = dict(field.options) if isinstance(field.options, Mapping) else list(field.options)
    for one in shown if isinstance(shown, list) else [shown]:
        if one is None or one in options:
            continue
        if isinstance(options, dict):
            options[one] = str(one)
        else:
            options.append(one)
    return options


def _switch(field: Field, shown: bool) -> Any:
    with ui.element("div").classes("gp-switch"):
        made = ui.switch(field.label, value=shown)
        made.props["data-field"] = field.name
        if field.help:
            text(field.help, "quiet small", tag="p")
    return made


class _Chips(InputChips):
    """Words. typed: what stands in the box and was not ended with Enter: it counts too.

    A click on a button comes before Quasar tells that the box was left.
    """

    typed = ""

    @property
    def words(self) -> list[str]:
        """What is there, with what was typed last."""
        kept = [str(one) for one in self.value or ()]
        return kept if not self.typed or self.typed in kept else [*kept, self.typed]


def _takes_what_was_typed(made: _Chips) -> None:
    """Let a word count that was typed and not ended with Enter: nobody would lose it knowingly."""

    def type_(event: Any) -> None:
        made.typed = str(event.args or "").strip()

    def leave(event: Any) -> None:
        word = str(event.args or "").strip()
        if word and word not in (made.value or []):
            made.set_value([*(made.value or []), word])

    made.on("input-value", type_)
    made.on(
        "blur",
        leave,
        js_handler="(event) => { const t = event.target; if (t && t.value) { emit(t.value); "
        "t.value = ''; t.dispatchEvent(new Event('input', {bubbles: true})); } }",
    )
