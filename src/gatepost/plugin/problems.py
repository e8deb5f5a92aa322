"""What is wrong with a plugin's configuration, in Kong's words."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where (``config.issuer``, ``config.scopes[0]``), and what to do about it."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def nearest(name: str, names: list[str]) -> str | None:
    """Return the known name that looks most like this one, or None."""
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Return one problem for each of pydantic's errors; values are never shown."""
    found: dict[str, Problem] = {}
    for one in error.errors(include_url=False, include_input=False):
        place = _known(one["loc"], model)
        problem = Problem(_path(place), _message(one, place, model))
        found.setdefault(f"{problem.path} {problem.message}", problem)
    return list(found.values())


def _message(one: Any, place: tuple[str | int, ...], model: type[BaseModel]) -> str:
    context = one.get("ctx") or {}
    match one["type"]:
        case "missing":
            return "required field missing"
        case "extra_forbidden":
            holder = _model_at(place[:-1], model)
            near = nearest(str(place[-1]), sorted(_names(holder))) if holder else None
            return f"unknown field, did you mean {near}?" if near else "unknown field"
        case "literal_error" | "enum":
            return "expected one of: " + str(context.get("expected", "")).replace("'", "").replace(
                " or ", ", "
            )
        case "string_type" | "string_sub_type":
            return "expected a string"
        case "bool_type" | "bool_parsing":
            return "expected a boolean"
        case "int_type" | "int_parsing" | "int_from_float":
            return "expected an integer"
        case "float_type" | "float_parsing":
            return "expected a number"
        case "list_type" | "set_type" | "tuple_type":
            return "expected an array"
        case "dict_type" | "mapping_type" | "model_type" | "model_attributes_type":
            return "expected a record"
        case "value_error" | "assertion_error":
            return str(context.get("error", one["msg"]))
        case "greater_than_equal":
            return f"value should be at least {context['ge']}"
        case "less_than_equal":
            return f"value should be at most {context['le']}"
        case "greater_than":
            return f"value must be greater than {context['gt']}"
        case "less_than":
            return f"value must be less than {context['lt']}"
        case "too_short" | "string_too_short":
            return f"length must be at least {context['min_length']}"
        case "too_long" | "string_too_long":
            return f"length must be at most {context['max_length']}"
    return str(one["msg"])


def _path(place: tuple[str | int, ...]) -> str:
    text = "config"
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text


def _known(place: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str | int, ...]:
    """Leave out the names of union members and validators that pydantic puts into a place."""
    kept: list[str | int] = []
    holder: type[BaseModel] | None = model
    for position, part in enumerate(place):
        last = position == len(place) - 1
        if isinstance(part, int) or (holder is not None and (part in _names(holder) or last)):
            kept.append(part)
            holder = _model_at(tuple(kept), model)
    return tuple(kept)


def _names(model: type[BaseModel]) -> set[str]:
    fields = model.model_fields.items()
    return {name for name, _ in fields} | {f.alias for _, f in fields if f.alias}


def _model_at(place: tuple[str | int, ...], model: type[BaseModel]) -> type[BaseModel] | None:
    current: list[type[BaseModel]] = [model]
    for part in place:
        if isinstance(part, int):
            continue
        annotations = [
            field.annotation
            for one in current
            for name, field in one.model_fields.items()
            if part in (name, field.alias)
        ]
        current = [found for annotation in annotations for found in models_in(annotation)]
        if not current:
            return None
    return current[0]


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield every pydantic model that an annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in get_args(annotation):
        yield from models_in(argument)
