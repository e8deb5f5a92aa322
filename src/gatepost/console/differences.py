"""What is other between two states of an entity, field by field, to be read by people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_QUIET = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. before, after: as text; None where it was not there."""

    field: str
    before: str | None
    after: str | None


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[Difference]:
    """Return the fields that are other; all of them where one side is not there."""
    was, is_ = flat(before or {}), flat(after or {})
    return [
        Difference(name, _said(was, name), _said(is_, name))
        for name in sorted(was.keys() | is_.keys())
        if name not in _QUIET and name != "secrets_changed" and was.get(name) != is_.get(name)
    ]


def flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a body's fields by their whole names, without those that are null."""
    found: dict[str, Any] = {}
    for name, inner in value.items():
        whole = f"{prefix}{name}"
        if isinstance(inner, Mapping) and inner:
            found |= flat(inner, f"{whole}.")
        elif inner is not None:
            found[whole] = inner
    return found


def _said(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
