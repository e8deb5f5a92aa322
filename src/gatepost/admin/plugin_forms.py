"""What the installed plugins know of configurations, as declarative files need it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.plugin import Registry
from gatepost.plugin.canonical import canonical
from gatepost.plugin.masking import MASK, NothingStored, masked, unmasked
from gatepost.store.problem import Place, Problem, parsed
from gatepost.values import Fault

Config = Mapping[str, Any]


class RegistryForms:
    """Configurations of plugins in a registry; see ``gatepost.store.masking.PluginForms``."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def canonical(self, name: str, config: Config) -> dict[str, Any]:
        """Return a configuration in its shortest form; one that is not valid as it is."""
        try:
            return canonical(self._registry.plugin(name), config)
        except (ValidationError, Fault):
            return dict(config)  # ``check`` says why

    def masked(self, name: str, config: Config) -> dict[str, Any]:
        """Return a configuration with its secrets hidden; all of it where nobody knows which."""
        if name not in self._registry.names:
            return dict.fromkeys(config, MASK)
        return masked(self._registry.plugin(name), config)

    def unmasked(
        self, name: str, config: Config, stored: Config
    ) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
        """Return it with each mask replaced by what is stored, and where nothing is."""
        if name not in self._registry.names:
            return dict(config), []
        try:
            return unmasked(self._registry.plugin(name), config, stored), []
        except NothingStored as nothing:
            found = [(parsed(one.path)[1:], one.message) for one in nothing.problems]
            return dict(config), found

    def check(self, name: str, config: Config) -> list[Problem]:
        """Return everything that is wrong, by its place in the configuration."""
        return [
            Problem(
                "" if one.path in {"name", "config"} else one.path[len("config.") :], one.message
            )
            for one in self._registry.check(name, config)
        ]
