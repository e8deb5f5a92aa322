"""JSON objects from strangers, read in the one way that leaves no second reading.

Two parsers that disagree about a text are a security hole: one sees ``"active": false``, the other
the second ``"active": true``. So whatever RFC 8259 leaves open is refused here: repeated names,
NaN and Infinity, numbers that overflow, text that is not UTF-8, byte order marks, lone
surrogates, deep nesting. Reasons never quote the text, which may hold secrets.
"""

import json
import math
import re
from typing import Never

MAX_DEPTH = 24
"""Levels of objects and arrays; the deepest honest claim seen has five."""

_STRUCTURE = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotStrictJson(ValueError):
    """The text is not one unambiguous JSON object; the message says why and quotes nothing."""


def read_object(raw: bytes, *, limit: int, repeats: bool = False) -> dict[str, object]:
    """Read one JSON object of at most ``limit`` bytes.

    repeats: a text that stands there twice in the same words is no second reading. Raises
    NotStrictJson, and nothing else, for every other input. Size and depth are checked before
    parsing, so that a hostile text costs no more than its length.
    """
    if len(raw) > limit:
        raise NotStrictJson(f"larger than {limit} bytes")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(raw)
    decoder = _REPEATING if repeats else _DECODER
    try:
        text = raw.decode("utf-8")
        value: object
        value, end = decoder.raw_decode(text) if text.startswith("{") else (None, -1)
        if end != len(text):  # white space around it, or no object
            value = decoder.decode(text)
        if _SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except NotStrictJson:
        raise
    except UnicodeError:
        raise NotStrictJson("not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise NotStrictJson("not JSON") from None
    if not isinstance(value, dict):
        raise NotStrictJson("not a JSON object")
    return value


def _check_depth(raw: bytes) -> None:
    depth, in_string = 0, False
    for match in _STRUCTURE.finditer(raw):
        mark = match.group()
        if mark == b'"':
            in_string = not in_string
        elif in_string or len(mark) > 1:
            continue
        elif mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise NotStrictJson(f"nested deeper than {MAX_DEPTH} levels")
        else:
            depth -= 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrictJson("a member name is repeated")
    return members


def _repeating(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members and not (isinstance(value, str) and members[name] == value):
            raise NotStrictJson("a member name is repeated")
        members[name] = value
    return members


def _constant(_: str) -> Never:
    raise NotStrictJson("NaN or Infinity")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotStrictJson("a number is too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
_REPEATING = json.JSONDecoder(
    object_pairs_hook=_repeating, parse_constant=_constant, parse_float=_float
)
