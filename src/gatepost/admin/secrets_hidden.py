"""Secrets of entities: hidden in answers, and put back where a write sends the mask.

What is secret: the catalog says it for fields of entities, a plugin's Config for its configuration.
"""

import copy
from collections.abc import Mapping
from typing import Any

from gatepost.model import CATALOG, Violation, is_reference
from gatepost.plugin.masking import MASK


def hidden(kind: str, shown: dict[str, Any]) -> dict[str, Any]:
    """Return an entity in Kong's shape with its secrets masked; references to vaults stay."""
    for path in CATALOG[kind].secret:
        name, _, inner = path.partition(".")
        value = shown.get(name)
        if inner and isinstance(value, dict):
            shown[name] = value | {inner: _mask(value.get(inner))}
        elif not inner:
            shown[name] = _mask(value)
    return shown


def put_back(
    kind: str, given: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[Violation]]:
    """Return data for a write in which what is stored stands for each mask.

    stored: the entity's body, None when it is new. The violations say where there is nothing
    that a mask could stand for.
    """
    whole, found = dict(given), []
    for path in CATALOG[kind].secret:
        steps = path.split(".")
        if _at(given, steps) != MASK:
            continue
        kept = _at(stored or {}, steps)
        if kept is None:
            found.append(Violation(tuple(steps), f"nothing is stored here for {MASK}"))
        if len(steps) == 1:
            whole[steps[0]] = kept
        else:
            whole[steps[0]] = copy.copy(whole[steps[0]]) | {steps[1]: kept}
    return whole, found


def _mask(value: Any) -> Any:
    return value if value is None or is_reference(value) else MASK


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
