"""A plan for people: a line for each entity, and what changes in it.

``+ create route orders``
``~ update service billing: read_timeout 60000 -> 5000``
``- delete plugin cors on route orders``
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.values.plain_text import plain

_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}
_LONGEST = 70
_DONE = {"create": "created", "update": "updated", "delete": "deleted"}


def show(plan: Mapping[str, Any]) -> None:
    """Print a plan; in colours on a terminal."""
    if not sys.stdout.isatty():
        for line, _ in lines(plan):
            print(line)
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for line, colour in lines(plan):
        console.print(line, style=colour, markup=False)


def lines(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (line, colour) for each change."""
    for change in plan["changes"]:
        sign, colour = _SIGNS[change["action"]]
        head = f"{sign} {change['action']} {plain(change['name'])}"
        fields = [
            f"{one['field']} {_value(one['before'])} -> {_value(one['after'])}"
            for one in change["fields"]
        ]
        if len(fields) == 1:
            yield f"{head}: {plain(fields[0])}", colour
        else:
            yield head + (":" if fields else ""), colour
            for field in fields:
                yield f"    {plain(field)}", colour


def summary(plan: Mapping[str, Any], *, done: bool = False) -> str:
    """Return what is to be done, or was done, in one line."""
    counts = plan["summary"]
    if not any(counts.values()):
        return "Nothing to change."
    words = [
        f"{counts[action]} {word if done else f'to {action}'}" for action, word in _DONE.items()
    ]
    return ", ".join(words) + "."


def _value(value: Any) -> str:
    if value is None:
        return "(not set)"
    text = value if _is_word(value) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and " " not in value and '"' not in value
