"""Which plugins there are: found by scanning, never listed.

A module or folder in ``gatepost.plugins`` with a module-level ``plugin`` is one; third parties use
the entry-point group ``gatepost.plugins``.
"""

import functools
import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any

from pydantic import BaseModel, ValidationError

from gatepost.plugin.plugin import Plugin
from gatepost.plugin.problems import Problem, models_in, nearest, problems_of
from gatepost.values import By, Fault

GROUP = "gatepost.plugins"

AnyPlugin = Plugin[Any]


class Registry:
    """Plugins by name. Raises Fault(by=OURS) ``plugin.unfit`` for one that breaks the house rules.

    Names and priorities are unique, and every field of a Config has a description.
    """

    def __init__(self, plugins: Iterable[AnyPlugin]) -> None:
        self._by_name: dict[str, AnyPlugin] = {}
        priorities: dict[int, str] = {}
        for one in plugins:
            if one.name in self._by_name:
                raise _unfit(f"there are two plugins named {one.name}")
            if one.priority in priorities:
                other = priorities[one.priority]
                raise _unfit(f"{other} and {one.name} both have priority {one.priority}")
            for field in _undescribed(one.Config):
                raise _unfit(f"{one.name}: the field {field} has no description")
            self._by_name[one.name] = one
            priorities[one.priority] = one.name

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._by_name))

    def plugin(self, name: str) -> AnyPlugin:
        """Return the plugin; Fault(by=OPERATOR) ``plugin.unknown`` names the nearest."""
        try:
            return self._by_name[name]
        except KeyError:
            raise Fault("plugin.unknown", self._unknown(name), by=By.OPERATOR) from None

    def check(self, name: str, config: Mapping[str, Any]) -> list[Problem]:
        """Return everything that is wrong with a plugin's configuration, none when it is good."""
        one = self._by_name.get(name)
        if one is None:
            return [Problem("name", self._unknown(name))]
        try:
            one.read(config)
        except ValidationError as error:
            return problems_of(error, one.Config)
        except Fault as fault:
            return [Problem("config", fault.message)]
        return []

    def warnings(self, name: str, config: Mapping[str, Any]) -> list[str]:
        """Return what an operator should know about a configuration that is accepted."""
        one = self.plugin(name)
        return one.warnings(one.read(config))

    def _unknown(self, name: str) -> str:
        near = nearest(name, list(self.names))
        hint = f", did you mean {near}?" if near else f"; there are: {', '.join(self.names)}"
        return f"plugin '{name}' is not known{hint}"


@functools.cache
def installed() -> Registry:
    """Return the plugins that are installed; scanned once."""
    return Registry(scan())


def scan(package: str = GROUP) -> list[AnyPlugin]:
    """Import every plugin of the package and of the entry points."""
    home = importlib.import_module(package)
    found: list[AnyPlugin] = []
    for module in sorted(pkgutil.iter_modules(home.__path__), key=lambda module: module.name):
        held = getattr(importlib.import_module(f"{package}.{module.name}"), "plugin", None)
        if not isinstance(held, Plugin):
            raise _unfit(f"{package}.{module.name} has no module-level `plugin`")
        found.append(held)
    for entry in entry_points(group=GROUP):
        held = entry.load()
        if not isinstance(held, Plugin):
            raise _unfit(f"the entry point {entry.name} ({entry.value}) is no Plugin")
        found.append(held)
    return found


def _undescribed(
    model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()
) -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        if not field.description:
            found.append(name)
        for inner in models_in(field.annotation):
            if inner not in seen:
                found += [f"{name}.{one}" for one in _undescribed(inner, seen | {model})]
    return found


def _unfit(why: str) -> Fault:
    return Fault("plugin.unfit", f"The plugins cannot be used: {why}.", by=By.OURS)
