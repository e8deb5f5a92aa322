"""What does not fit together in a Snapshot: references, names used twice, plugins out of reach."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gatepost.model.entity import Entity
from gatepost.model.plugin_instance import Plugin

if TYPE_CHECKING:
    from gatepost.model.snapshot import Snapshot

# kind -> (field, kind it refers to)
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "services": (("client_certificate", "certificates"), ("ca_certificates", "ca_certificates")),
    "routes": (("service", "services"),),
    "targets": (("upstream", "upstreams"),),
    "plugins": (("service", "services"), ("route", "routes"), ("consumer", "consumers")),
    "snis": (("certificate", "certificates"),),
}

# kind -> sets of fields that together are unique among entities in which the first is set
_UNIQUE: dict[str, tuple[tuple[str, ...], ...]] = {
    "services": (("name",),),
    "routes": (("name",),),
    "upstreams": (("name",),),
    "targets": (("target", "upstream"),),
    "consumers": (("username",), ("custom_id",)),
    "plugins": (("name", "service", "route", "consumer"), ("instance_name",)),
    "snis": (("name",),),
    "ca_certificates": (("cert_digest",),),
    "vaults": (("prefix",),),
}
_WITHOUT_CASE = {("upstreams", "name"), ("ca_certificates", "cert_digest"), ("targets", "target")}


class Inconsistency(NamedTuple):
    """One thing that does not fit. entity is to blame; other is what it collides with."""

    kind: str
    entity: Entity
    field: str
    message: str
    other: Entity | None = None


def duplicates(snapshot: "Snapshot") -> Iterator[Inconsistency]:
    """Yield entities whose id or unique name another entity has already."""
    for kind in (*_UNIQUE, "certificates"):
        entities: tuple[Entity, ...] = getattr(snapshot, kind)
        blamed: set[int] = set()
        for names in (*_UNIQUE.get(kind, ()), ("id",)):
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
    for kind, references in REFERENCES.items():
        for field, target in references:
            known = {entity.id for entity in getattr(snapshot, target)}
            for entity in getattr(snapshot, kind):
                value = getattr(entity, field)
                for ident in (value,) if isinstance(value, str) else value or ():
                    if ident not in known:
                        message = f"no entity of {target} has the id '{ident}'"
                        yield Inconsistency(kind, entity, field, message)
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
    return value.lower() if value is not None and (kind, name) in _WITHOUT_CASE else value


def _twice(kind: str, names: tuple[str, ...], entity: Entity) -> str:
    value = getattr(entity, names[0])
    if kind == "plugins" and len(names) > 1:
        return f"the plugin '{value}' is configured twice for the same scope"
    if names == ("id",) and getattr(entity, "name", None) is None:
        return "this entry is there twice; leave one out, or give each a name or an id"
    return f"{names[0]} '{value}' is used twice"
