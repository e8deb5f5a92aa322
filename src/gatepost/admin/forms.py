"""Forms: fields that are texts with dotted names, made into the nested, typed data they stand for.

    config.issuer=https://…   protocols[]=http   protocols[2]=https   methods=GET&methods=POST

A form holds text alone, so ``true`` and ``80`` become what the schema says they are; what does not
fit stays text, and the entity refuses it with a sentence. An empty text is null, as in Kong.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gatepost.admin.problem import plain

Pairs = Iterable[tuple[str, str]]
Fields = list[dict[str, dict[str, Any]]]

_STEP = re.compile(r"([^\[\]]+)((?:\[\d{0,6}\])*)")
_INDEX = re.compile(r"\[(\d*)\]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
MOST_FIELDS = 1000
"""Fields in one form."""
_DEEPEST = 16


def read_form(pairs: Pairs) -> dict[str, Any]:
    """Return what a form stands for, nested, but all of it still texts (see ``typed_record``).

    Raises Refused (400) for names that contradict one another, or are too many or too deep.
    """
    tree: dict[str, Any] = {}
    for count, (name, text) in enumerate(pairs, start=1):
        if count > MOST_FIELDS:
            raise plain(400, f"Cannot parse the form: it has more than {MOST_FIELDS} fields")
        _put(tree, _steps(name), text)
    nested: dict[str, Any] = _as_lists(tree)
    return nested


def typed_record(data: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Return data whose texts are of the types that a schema names."""
    about = {name: field for entry in fields for name, field in entry.items()}
    return {name: typed(value, about.get(name)) for name, value in data.items()}


def typed(value: Any, field: Mapping[str, Any] | None) -> Any:
    """Return a value as its field's type, where the text can be read as that."""
    if value == "":
        return None
    if field is None:
        return value
    kind = field.get("type")
    match kind:
        case "number" | "integer" if isinstance(value, str):
            return _number(value)
        case "boolean" if isinstance(value, str):
            return {"true": True, "false": False}.get(value, value)
        case "array" | "set":
            items = value if isinstance(value, list) else [value]
            return [typed(item, field.get("elements")) for item in items]
        case "map" if isinstance(value, dict):
            return {name: typed(inner, field.get("values")) for name, inner in value.items()}
        case "record" if isinstance(value, dict):
            shorthands: Fields = [
                {name: about}
                for one in field.get("shorthand_fields", ())
                for name, about in one.items()
            ]
            return typed_record(value, [*field.get("fields", ()), *shorthands])
    return value


def _number(text: str) -> Any:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    return float(text) if found[1] else int(text)


def _steps(name: str) -> list[str | int | None]:
    """Return the way to a field: names, list positions, None for "at the end of the list"."""
    steps: list[str | int | None] = []
    for part in name.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise plain(400, f"Cannot parse the form: the field name '{name[:100]}' is malformed")
        steps.append(found[1])
        steps += [int(index) if index else None for index in _INDEX.findall(found[2])]
    if len(steps) > _DEEPEST:
        raise plain(400, f"Cannot parse the form: '{name[:100]}' is nested too deep")
    return steps


class _List(dict[int, Any]):
    """A list under construction: by position, with gaps."""

    def place(self, step: Any) -> int:
        return step if isinstance(step, int) else max(self, default=0) + 1


def _put(inside: Any, steps: list[str | int | None], text: str) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(inside, _List) is isinstance(step, str):
        raise _contradiction(step)
    key: Any = inside.place(step) if isinstance(inside, _List) else step
    if not rest:
        _set(inside, key, text)
        return
    wanted = dict if isinstance(rest[0], str) else _List
    there = inside.setdefault(key, wanted())
    if isinstance(there, str) and wanted is _List:
        there = inside[key] = _List({1: there})
    if type(there) is not wanted:
        raise _contradiction(step)
    _put(there, rest, text)


def _set(inside: Any, key: Any, text: str) -> None:
    there = inside.get(key)
    if there is None:
        inside[key] = text
    elif isinstance(there, _List):
        there[there.place(None)] = text
    elif isinstance(there, dict):
        raise _contradiction(key)
    else:
        inside[key] = _List({1: there, 2: text})


def _as_lists(value: Any) -> Any:
    if isinstance(value, _List):
        return [_as_lists(value[place]) for place in sorted(value)]
    if isinstance(value, dict):
        return {name: _as_lists(inner) for name, inner in value.items()}
    return value


def _contradiction(step: str | int | None) -> Exception:
    return plain(400, f"Cannot parse the form: '{str(step)[:100]}' is two things at once")
