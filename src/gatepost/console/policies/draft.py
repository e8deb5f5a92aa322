"""A policy as it is being written: what is stored, what it would become, and what is between."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any, final

from gatepost.console.parts.form import MASK
from gatepost.console.policies.schema import PluginSchema, SchemaField, empty

STAND_IN = "a-secret-that-is-stored"
"""Sent for validation where a mask stands: there is nothing stored that it could be put back from.

It is never written: a write sends the mask, or what was typed.
"""

_WORD = re.compile(r"[a-z][a-z0-9_]*")


@final
class Draft:
    """One policy. body: as it would be written, with its whole configuration.

    changed: called after every change, with the path that changed.
    """

    def __init__(self, schema: PluginSchema, body: Mapping[str, Any]) -> None:
        self.schema = schema
        self.stored: dict[str, Any] = {}
        self.body: dict[str, Any] = {}
        self.begin(body)
        self.listeners: list[Callable[[str], None]] = []

    def begin(self, body: Mapping[str, Any]) -> None:
        """Begin anew with what is stored now."""
        self.stored = copy.deepcopy({"config": {}, **body})
        self.body = copy.deepcopy(self.stored)

    @property
    def config(self) -> dict[str, Any]:
        """The configuration as it would be written."""
        found: dict[str, Any] = self.body["config"]
        return found

    def value(self, path: str) -> Any:
        """Return what a field holds; its default where nothing is said."""
        return value_at(self.schema, self.config, path)

    def put(self, path: str, value: Any) -> None:
        """Write a field of the configuration, and tell whoever listens."""
        if self.value(path) == value:
            return
        *outer, last = path.split(".")
        place = self.config
        for step in outer:
            inner = place.get(step)
            if not isinstance(inner, dict):
                inner = place[step] = {}
            place = inner
        place[last] = value
        self._tell(path)

    def set(self, name: str, value: Any) -> None:
        """Write a field beside the configuration, such as ``enabled``."""
        if self.body.get(name) != value:
            self.body[name] = value
            self._tell(f"@{name}")

    def reset(self, field: SchemaField) -> None:
        """Take a field back to its default."""
        self.put(field.path, copy.deepcopy(field.default))

    def differing(self) -> list[SchemaField]:
        """Return the fields that differ from their default."""
        return [one for one in self.schema.fields if one.differs(self.value(one.path))]

    def changes(self) -> list[tuple[str, Any, Any]]:
        """Return (path, stored, new) of everything that differs from what is stored."""
        found: list[tuple[str, Any, Any]] = []
        for name in sorted({*self.stored, *self.body} - {"config"}):
            before, after = self.stored.get(name), self.body.get(name)
            if empty(before) != empty(after):
                found.append((name, before, after))
        for field in self.schema.fields:
            before = value_at(self.schema, self.stored["config"], field.path)
            after = self.value(field.path)
            if empty(before) != empty(after):
                found.append((f"config.{field.path}", before, after))
        return found

    def whole(self) -> dict[str, Any]:
        """Return what a new policy is made from: nothing that is a default."""
        config: dict[str, Any] = {}
        for field in self.differing():
            *outer, last = field.path.split(".")
            place = config
            for step in outer:
                place = place.setdefault(step, {})
            place[last] = plain(self.value(field.path))
        others = {k: v for k, v in self.body.items() if k != "config" and empty(v) is not None}
        if sorted(others.get("protocols") or ()) == sorted(self.schema.protocols):
            others.pop("protocols", None)
        return {**others, "config": config}

    def patch(self) -> dict[str, Any]:
        """Return what a stored policy is changed by; a record goes whole."""
        change: dict[str, Any] = {}
        for path, _, after in self.changes():
            if not path.startswith("config."):
                change[path] = after
                continue
            top = path.split(".")[1]
            change.setdefault("config", {})[top] = plain(self.config.get(top))
        return change

    def to_validate(self) -> dict[str, Any]:
        """Return the policy for validation."""
        whole: dict[str, Any] = _unmasked(self.whole())
        return {k: v for k, v in whole.items() if k not in ("id", "created_at", "updated_at")}

    def masks(self) -> bool:
        """Say whether a stored secret is hidden in it."""
        return holds_mask(self.config)

    def placed(self, problems: Mapping[str, str]) -> dict[str, str]:
        """Return messages by field, also those that only name a field.

        Rules between fields are told of the configuration as a whole, one after another.
        """
        found: dict[str, str] = {}
        for place, message in problems.items():
            if place not in ("config", "@entity", "config.@entity"):
                found[place.removeprefix("config.")] = message
                continue
            for part in message.split("; "):
                where = next((w for w in _WORD.findall(part) if self.schema.field(w)), "@entity")
                found[where] = f"{found[where]}; {part}" if where in found else part
        return found

    def _tell(self, path: str) -> None:
        for one in list(self.listeners):
            one(path)


def value_at(schema: PluginSchema, config: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path of a configuration, or the field's default."""
    value: Any = config
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            field = schema.field(path)
            return copy.deepcopy(field.default) if field else None
        value = value[step]
    return value


def plain(value: Any) -> Any:
    """Return a value with whole numbers written without a fraction."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    return value


def _unmasked(value: Any) -> Any:
    match value:
        case dict():
            return {name: _unmasked(inner) for name, inner in value.items()}
        case list():
            return [_unmasked(inner) for inner in value]
    return STAND_IN if value == MASK else value


def holds_mask(value: Any) -> bool:
    """Say whether a stored secret is hidden somewhere in a value."""
    match value:
        case dict():
            return any(holds_mask(inner) for inner in value.values())
        case list():
            return any(holds_mask(inner) for inner in value)
    return bool(value == MASK)
