"""Which instance of a plugin runs for a request: the most specific one of each name, as in Kong.

The order, most specific first; consumer groups come later and will stand between these:

    consumer + route + service
    consumer + route
    consumer + service
    route + service
    consumer
    route
    service
    global
"""

from collections.abc import Iterable

from gatepost.model.plugin_instance import Plugin

Scope = tuple[str | None, str | None, str | None]

# (consumer, route, service) of each line above, upside down: the last that writes a name wins
_LEAST_SPECIFIC_FIRST = (
    (False, False, False),
    (False, False, True),
    (False, True, False),
    (True, False, False),
    (False, True, True),
    (True, False, True),
    (True, True, False),
    (True, True, True),
)


class PluginIndex:
    """Enabled plugin instances by scope. A disabled instance does not hide a less specific one."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self._by_scope: dict[Scope, dict[str, Plugin]] = {}
        for plugin in plugins:
            if plugin.enabled:
                scope = (plugin.consumer, plugin.route, plugin.service)
                self._by_scope.setdefault(scope, {})[plugin.name] = plugin

    def applying(
        self, *, route: str | None, service: str | None, consumer: str | None
    ) -> tuple[Plugin, ...]:
        """Return one instance of each name, ordered by name. All arguments are ids."""
        chosen: dict[str, Plugin] = {}
        for with_consumer, with_route, with_service in _LEAST_SPECIFIC_FIRST:
            if (with_consumer and not consumer) or (with_route and not route):
                continue
            if with_service and not service:
                continue
            scope = (
                consumer if with_consumer else None,
                route if with_route else None,
                service if with_service else None,
            )
            if found := self._by_scope.get(scope):
                chosen |= found
        return tuple(chosen[name] for name in sorted(chosen))
