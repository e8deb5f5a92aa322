"""What plugins say of their configurations that are accepted, each read once."""

from gatepost.model import Plugin
from gatepost.plugin import Registry
from gatepost.values import Fault

_MOST = 5000


class Cautions:
    """Remembers the cautions about each plugin instance until it changes."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Plugin, tuple[str, ...]]] = {}

    def of(self, registry: Registry, plugin: Plugin) -> tuple[str, ...]:
        """Return what an operator should know about an instance."""
        known = self._known.get(plugin.id)
        if known is not None and known[0] is plugin:
            return known[1]
        try:
            found = tuple(registry.warnings(plugin.name, plugin.config))
        except (Fault, ValueError):  # it is not installed here, or of another release
            found = ()
        self._known[plugin.id] = plugin, found
        while len(self._known) > _MOST:
            self._known.pop(next(iter(self._known)))
        return found
