"""What the installed plugins know of configurations, as declarative files need it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.plugin import Registry
from gatepost.plugin.canonical import canonical
from gatepost.plugin.destinations import sent_elsewhere
from gatepost.plugin.masking import NothingStored, masked, unmasked
from gatepost.plugin.problems import Problem as Found
from gatepost.store.problem import Place, Problem, parsed
from gatepost.values import Fault
from gatepost.values.secret import MASK

Config = Mapping[str, Any]


class RegistryForms:
    """Configurations of plugins in a registry; see ``gatepost.store.masking.PluginForms``.

    may_move: a mask also keeps a secret that would then be sent to another place.
    """

    def __init__(self, registry: Registry, *, may_move: bool = False) -> None:
        self._registry = registry
        self._may_move = may_move

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
            whole = unmasked(self._registry.plugin(name), config, stored)
        except NothingStored as nothing:
            return dict(config), _placed(nothing.problems)
        if self._may_move:
            return whole, []
        new = self.canonical(name, whole)
        return whole, _placed(sent_elsewhere(self._registry.plugin(name), config, stored, new))

    def check(self, name: str, config: Config) -> list[Problem]:
        """Return everything that is wrong, by its place in the configuration."""
        return [
            Problem(
                "" if one.path in {"name", "config"} else one.path[len("config.") :], one.message
            )
            for one in self._registry.check(name, config)
        ]


def _placed(problems: Iterable[Found]) -> list[tuple[Place, str]]:
    return [(parsed(one.path)[1:], one.message) for one in problems]
