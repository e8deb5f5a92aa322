"""JSON of a request's body, read in the one way that leaves no second reading.

Refused: repeated member names, NaN and infinite numbers, NUL characters, halves of surrogate
pairs, nesting beyond ``MAX_DEPTH``, more than ``MAX_VALUES``, text that is not UTF-8,
anything but an object.
"""

import json
import math
import re
from typing import Any, Never

from gatepost.admin.problem import plain

MAX_DEPTH = 64
"""Levels of objects and lists; a plugin's configuration has five."""

MAX_VALUES = 20_000
"""Members of all objects and elements of all lists. A mistake in each is told, and a thousand times
as many would hold up everybody else for minutes.
"""

_STRUCTURE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
_QUOTE = ord('"')
_ESCAPED = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
CANNOT_PARSE = "Cannot parse JSON body"


class _Unfit(ValueError):
    """What keeps a text from being read, as the end of a sentence."""


def read_json(raw: bytes) -> dict[str, Any]:
    """Return the object that a body holds. Raises Refused (400) for everything else."""
    try:
        _check_size(raw)
        value = _DECODER.decode(raw.decode())
        if not isinstance(value, dict):
            raise _Unfit("an object is wanted")
        if _ESCAPED.search(raw):
            check_text(value)
    except _Unfit as unfit:
        raise plain(400, f"{CANNOT_PARSE}: {unfit}") from None
    except (ValueError, RecursionError):
        raise plain(400, CANNOT_PARSE) from None
    return value


def check_text(value: Any) -> None:
    """Refuse (ValueError) texts that no database and no file can hold, wherever they are."""
    if isinstance(value, str):
        if "\0" in value:
            raise _Unfit("a text holds a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Unfit("a text holds half of a surrogate pair") from None
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name)
            check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            check_text(inner)


def refuse_unfit(value: Any) -> None:
    """Raise Refused (400) for texts that ``check_text`` refuses, for what came in another form."""
    try:
        check_text(value)
    except ValueError as error:
        raise plain(400, f"Cannot parse the body: {error}") from None


def _check_size(raw: bytes) -> None:
    """Refuse depth and number before anything is made of the text."""
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH and raw.count(b",") < MAX_VALUES:
        return
    depth, values = 0, 0
    for match in _STRUCTURE.finditer(raw):
        mark = raw[match.start()]
        if mark == _QUOTE:
            continue
        if mark in b"]}":
            depth -= 1
            continue
        values += 1
        if values > MAX_VALUES:
            raise _Unfit(f"it holds more than {MAX_VALUES} values")
        depth += mark in b"[{"
        if depth > MAX_DEPTH:
            raise _Unfit(f"nested deeper than {MAX_DEPTH} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unfit("a member name is repeated")
    return members


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Unfit("a number is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > 30:
        raise _Unfit("a number is too large")
    return int(text)


def _constant(text: str) -> Never:
    raise _Unfit(f"{text} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_whole, parse_constant=_constant
)
