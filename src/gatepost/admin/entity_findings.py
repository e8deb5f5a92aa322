"""What needs a person in the configuration itself: open routes, idle services, plugins."""

from collections.abc import Callable, Iterator

from gatepost.admin.findings import Finding, Sort
from gatepost.model import CATALOG, Entity, Plugin, Route, Snapshot
from gatepost.store.calling import called

_OPEN = Sort(
    "route.open",
    "warning",
    "routes",
    lambda name: f"Anybody may call route {name}: no plugin applies to it.",
    lambda count: f"Anybody may call {count} routes: no plugin applies to them.",
    "Add a plugin to the route or its service, or leave it open on purpose.",
)
_IDLE = Sort(
    "service.without_routes",
    "hint",
    "services",
    lambda name: f"Service {name} has no route, so nobody can call it.",
    lambda count: f"{count} services have no route, so nobody can call them.",
    "Add a route, or delete what is not needed.",
)
_OFF = Sort(
    "plugin.disabled",
    "hint",
    "plugins",
    lambda name: f"Plugin {name} is disabled.",
    lambda count: f"{count} plugins are disabled.",
    "Enable it again, or delete it when it is not wanted any more.",
)


def of_entities(snapshot: Snapshot, cautions: Callable[[Plugin], tuple[str, ...]]) -> list[Finding]:
    """Return the findings. cautions: what a plugin says of its configuration."""
    led_to = {route.service for route in snapshot.routes}
    return [
        *_OPEN.of(list(open_routes(snapshot))),
        *_IDLE.of([one for one in snapshot.services if one.id not in led_to]),
        *_OFF.of([one for one in snapshot.plugins if not one.enabled], _calling(snapshot)),
        *_careful(snapshot, cautions),
    ]


def _calling(snapshot: Snapshot) -> Callable[[Entity], str]:
    """Return what says of a plugin where it applies: ``openid-connect on route orders``."""
    kinds = {one.kind for one in CATALOG["plugins"].references}
    known = {kind: {one.id: one for one in getattr(snapshot, kind)} for kind in kinds}
    return lambda plugin: called("plugins", plugin, known).removeprefix("plugin ")


def open_routes(snapshot: Snapshot) -> Iterator[Route]:
    """Yield routes that serve whoever comes: no enabled plugin is theirs, their service's or
    everybody's. What runs for a known consumer alone does not keep others out.
    """
    running = [one for one in snapshot.plugins if one.enabled and one.consumer is None]
    if any(one.route is None and one.service is None for one in running):
        return
    routes = {one.route for one in running if one.route is not None}
    services = {one.service for one in running if one.route is None}
    for route in snapshot.live_routes():
        if route.id not in routes and (route.service is None or route.service not in services):
            yield route


def _careful(
    snapshot: Snapshot, cautions: Callable[[Plugin], tuple[str, ...]]
) -> Iterator[Finding]:
    by_text: dict[tuple[str, str], list[Plugin]] = {}
    for plugin in snapshot.plugins:
        for text in cautions(plugin) if plugin.enabled else ():
            by_text.setdefault((plugin.name, text), []).append(plugin)
    calling = _calling(snapshot)
    for (_, text), plugins in by_text.items():
        yield from _caution(text).of(plugins, calling)


def _caution(text: str) -> Sort:
    return Sort(
        "plugin.caution",
        "hint",
        "plugins",
        lambda name: f"Plugin {name}: {text}.",
        lambda count: f"{count} plugins: {text}.",
        "Change the configuration, or leave it when it is meant.",
    )
