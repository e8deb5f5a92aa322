"""What does not fit together in a Snapshot: references, names used twice, plugins out of reach."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gatepost.model.catalog import CATALOG
from gatepost.model.entity import Entity
from gatepost.model.plugin_instance import Plugin

if TYPE_CHECKING:
    from gatepost.model.snapshot import Snapshot


class Inconsistency(NamedTuple):
    """One thing that does not fit. entity is to blame; other is what it collides with."""

    kind: str
    entity: Entity
    field: str
    message: str
    other: Entity | None = None


def duplicates(snapshot: "Snapshot") -> Iterator[Inconsistency]:
    """Yield entities whose id or unique name another entity has already."""
    for kind, about in CATALOG.items():
        entities: tuple[Entity, ...] = getattr(snapshot, kind)
        blamed: set[int] = set()
        for names in (*about.unique, ("id",)):
            seen: dict[tuple[str | None, ...], Entity] = {}
            for entity in entities:
                if getattr(entity, names[0]) is None:
                    continue
                key = tuple(_key(kind, name, entity) for name in names)
                other = seen.setdefault(key, entity)
                if other is not entity and id(entity) not in blamed:
                    blamed.add(id(entity))
                    yield Inconsistency(kind, entity, names[0], _twice(kind, names, entity), other)


def dangling(snapshot: "Snapshot") -> Iterator[Inconsistency]:
    """Yield references that lead nowhere."""
    for kind, about in CATALOG.items():
        for reference in about.references:
            known = {entity.id for entity in getattr(snapshot, reference.kind)}
            for entity in getattr(snapshot, kind):
                value = getattr(entity, reference.field)
                for ident in value if reference.many else (value,):
                    if ident is not None and ident not in known:
                        message = f"no entity of {reference.kind} has the id '{ident}'"
                        yield Inconsistency(kind, entity, reference.field, message)
    services = {route.id: route.service for route in snapshot.routes}
    for plugin in snapshot.plugins:
        leads_to = services.get(plugin.route or "", plugin.service)
        if plugin.service and leads_to != plugin.service:
            message = "the plugin's route does not lead to its service, so it would never run"
            yield Inconsistency("plugins", plugin, "service", message)


def uncovered(snapshot: "Snapshot") -> Iterator[Inconsistency]:
    """Yield plugins whose protocols leave out a protocol of a route in their reach.

    Kong would let such requests pass the plugin by; here that is a mistake until it is done.
    """
    by_service: dict[str | None, set[str]] = {}
    by_route: dict[str, set[str]] = {}
    for route in snapshot.routes:
        by_route[route.id] = set(route.protocols)
        by_service.setdefault(route.service, set()).update(route.protocols)
    everything = {protocol for protocols in by_route.values() for protocol in protocols}
    for plugin in snapshot.plugins:
        reach = _reach(plugin, by_route, by_service, everything)
        missing = sorted(reach - set(plugin.protocols))
        if missing:
            message = (
                "restricting a plugin to some of its routes' protocols is not supported yet; "
                f"add {', '.join(missing)}"
            )
            yield Inconsistency("plugins", plugin, "protocols", message)


def _reach(
    plugin: Plugin,
    by_route: dict[str, set[str]],
    by_service: dict[str | None, set[str]],
    everything: set[str],
) -> set[str]:
    if plugin.route is not None:
        return by_route.get(plugin.route, set())
    if plugin.service is not None:
        return by_service.get(plugin.service, set())
    return everything


def _key(kind: str, name: str, entity: Entity) -> str | None:
    value: str | None = getattr(entity, name)
    return value.lower() if value is not None and name in CATALOG[kind].folded else value


def _twice(kind: str, names: tuple[str, ...], entity: Entity) -> str:
    value = getattr(entity, names[0])
    if kind == "plugins" and len(names) > 1:
        return f"the plugin '{value}' is configured twice for the same scope"
    if names == ("id",) and getattr(entity, "name", None) is None:
        return "this entry is there twice; leave one out, or give each a name or an id"
    return f"{names[0]} '{value}' is used twice"
