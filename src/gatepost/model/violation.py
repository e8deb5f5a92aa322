"""What is wrong with one entity, in Kong's words: a place in it and a sentence."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Violation(NamedTuple):
    """One mistake. at: field names and list positions from the entity's root; () is the whole."""

    at: tuple[str | int, ...]
    message: str


_LONGEST, _MOST = 100, 300

_WORDS = {
    "bool_type": "expected a boolean",
    "dict_type": "expected a map",
    "float_type": "expected a number",
    "int_from_float": "expected an integer",
    "int_type": "expected an integer",
    "model_type": "expected a map",
    "missing": "required field missing",
    "tuple_type": "expected an array",
}


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the hint that names the closest known name, or an empty text."""
    known = list(names)
    if len(name) > _LONGEST or len(known) > _MOST:
        return ""  # comparing costs too much to be a courtesy
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def translated(known: Iterable[str], detail: Mapping[str, Any]) -> Violation:
    """Return one of pydantic's error details in Kong's words. No input text is repeated.

    known: the field names of the entity, for the nearest-name hint.
    """
    kind = str(detail["type"])
    at = tuple(step for step in detail["loc"] if step != "[key]")
    if kind == "extra_forbidden":
        return Violation(at, "unknown field" + nearest(str(at[-1]), known))
    if kind == "string_type":
        quote = isinstance(detail.get("input"), bool | int | float)
        return Violation(at, "expected a string" + ("; put it in quotes" if quote else ""))
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return Violation(at, f"expected one of: {expected}")
    if kind == "value_error":
        return Violation(at, str(detail["ctx"]["error"]))
    return Violation(at, _WORDS.get(kind) or str(detail["msg"]))
