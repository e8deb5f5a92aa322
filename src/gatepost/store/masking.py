"""Secrets of an entity: hidden when it is shown, put back when what was shown is written again.

Which fields are secret stands in the catalog; what is secret in a plugin's configuration only the
plugin knows, so ``PluginForms`` is given.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from gatepost.model import CATALOG, is_reference
from gatepost.store.problem import Place
from gatepost.values.secret import MASK, NOTHING_STORED

_BRIEF = 200  # characters of a long text that are shown as they are


class PluginForms(Protocol):
    """What is known about the configurations of plugins. An unknown plugin's is left as it is."""

    def canonical(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a configuration in its shortest form; one that is not valid as it is."""

    def masked(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a configuration with its secrets hidden."""

    def unmasked(
        self, name: str, config: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
        """Return it with each mask replaced by what is stored, and where nothing is."""


class PlainForms:
    """Configurations of which nothing is known: nothing in them is hidden or put back."""

    def canonical(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return it as it is."""
        return dict(config)

    def masked(self, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return it as it is."""
        return dict(config)

    def unmasked(
        self, name: str, config: Mapping[str, Any], stored: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
        """Return it as it is."""
        return dict(config), []


def hidden(kind: str, body: Mapping[str, Any], forms: PluginForms) -> dict[str, Any]:
    """Return an entity's plain values with ``{masked}`` for each secret; references are shown."""
    shown = dict(body)
    for path in CATALOG[kind].secret:
        steps = path.split(".")
        value = _at(shown, steps)
        if value not in (None, "") and not is_reference(value):
            _replace(shown, steps, MASK)
    if kind == "plugins" and isinstance(shown.get("config"), Mapping):
        shown["config"] = forms.masked(str(shown.get("name")), shown["config"])
    return shown


def brief(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity's plain values with each long text told by its length and digest."""
    told = dict(body)
    for name in CATALOG[kind].long:
        text = told.get(name)
        if isinstance(text, str) and len(text) > _BRIEF:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            told[name] = f"{len(text)} characters, SHA-256 {digest[:16]}"
    return told


def put_back(
    kind: str, raw: dict[str, Any], stored: Mapping[str, Any] | None, forms: PluginForms
) -> Iterator[tuple[Place, str]]:
    """Replace each ``{masked}`` in what is written (in place) by what is stored.

    Yields (place, what to do) where nothing is stored that it could stand for; there it stays.
    """
    for path in CATALOG[kind].secret:
        steps = path.split(".")
        held, written = _at(stored, steps), _at(raw, steps)
        if written == MASK and held is None:
            yield tuple(steps), NOTHING_STORED
        elif written == MASK:
            _replace(raw, steps, held)
    config = raw.get("config")
    if kind == "plugins" and isinstance(config, dict) and isinstance(raw.get("name"), str):
        theirs = (stored or {}).get("config") or {}
        raw["config"], problems = forms.unmasked(raw["name"], config, theirs)
        for at, message in problems:
            yield ("config", *at), message


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _replace(body: dict[str, Any], steps: list[str], value: Any) -> None:
    """Put a value at a place that is there; a map on the way is copied first."""
    for step in steps[:-1]:
        body[step] = dict(body[step])
        body = body[step]
    body[steps[-1]] = value
