"""A trace or an explanation on the page."""

from collections.abc import Mapping
from typing import Any

from gatepost.console.parts import card, facts, listing
from gatepost.console.parts.listing import Column
from gatepost.console.trying.claims import written
from gatepost.console.trying.differences import decision
from gatepost.console.view import View


def story(view: View, told: Mapping[str, Any]) -> None:
    """Draw it."""
    with card("Why"):
        facts(
            [
                ("Decision", decision(told)),
                ("Reason", str(told.get("message") or "")),
            ]
        )
        steps = [
            {"at": f"{one['at_ms']} ms", "what": one["what"], "more": _more(one)}
            for one in told.get("steps") or ()
        ]
        listing("Steps", _COLUMNS, steps)


def _more(step: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in step.items() if name not in {"at_ms", "what"}}
    return ", ".join(f"{name} {written(value)}" for name, value in rest.items())


_COLUMNS = (
    Column("At", lambda one: one["at"], kind="quiet"),
    Column("What", lambda one: one["what"]),
    Column("", lambda one: one["more"], kind="quiet small"),
)
