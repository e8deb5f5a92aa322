"""A configuration as decK holds it: entities by kind and id, each found by its natural key too."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.kong.kinds import CONSUMER, GROUP, KINDS, MEMBER, PLUGIN, Entity, Kind

_HEALTHY = {"http_statuses": None, "interval": None, "successes": None}
_UNHEALTHY = dict.fromkeys(("http_failures", "http_statuses", "tcp_failures", "timeouts"))
_CHECKS: Mapping[str, Any] = {
    "threshold": None,
    "active": {
        **dict.fromkeys(("concurrency", "http_path", "https_sni", "https_verify_certificate")),
        **dict.fromkeys(("type", "timeout", "headers")),
        "healthy": _HEALTHY,
        "unhealthy": {**_UNHEALTHY, "interval": None},
    },
    "passive": {"type": None, "healthy": _HEALTHY, "unhealthy": {**_UNHEALTHY, "interval": None}},
}


def _known(value: Any, shape: Mapping[str, Any]) -> Any:
    """Keep what a typed structure holds; what is null there is absent."""
    if not isinstance(value, Mapping):
        return value
    kept = {}
    for name, inner in shape.items():
        if value.get(name) is not None:
            kept[name] = _known(value[name], inner) if inner else value[name]
    return kept


def decoded(kind: Kind, answer: Mapping[str, Any]) -> Entity:
    """Return an entity as decK's client library holds it: fields it knows, null being absent.

    created_at stays, because an update carries it back; nothing compares it. The config of a
    plugin or a vault is free-form: a null in it is a value.
    """
    entity: Entity = {}
    for name in (*kind.fields, "created_at"):
        value = answer.get(name)
        if value is None:
            continue
        if name in kind.refs and isinstance(value, Mapping):
            value = {"id": value.get("id")}
        elif name == "healthchecks":
            value = _known(value, _CHECKS)
        entity[name] = value
    return entity


def _plain(value: Any) -> Any:
    """Make one number of 1 and 1.0, at any depth."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def canonical(value: Any) -> str:
    """Return text that two values share exactly when JSON holds them for the same."""
    return json.dumps(_plain(value), sort_keys=True)


def sorted_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with its lists in order: in a plugin's config order is no difference."""

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return sorted_config(value)
        if isinstance(value, list):
            inner = [sorted_config(one) if isinstance(one, dict) else one for one in value]
            return sorted(inner, key=canonical)
        return value

    return {name: ordered(value) for name, value in config.items()}


def comparable(kind: Kind, entity: Mapping[str, Any]) -> str:
    """Return text that is the same for two entities that decK holds for the same.

    Timestamps do not count, tags have no order and an empty list of them is none (but in a
    consumer group). Any other list has an order, and an empty one differs from none.
    """
    held = {name: value for name, value in entity.items() if name not in ("created_at", "url")}
    if kind is not GROUP and not held.get("tags"):
        held.pop("tags", None)
    if kind is not GROUP and "tags" in held:
        held["tags"] = sorted(held["tags"])
    if kind is PLUGIN:
        held["config"] = sorted_config(held.get("config") or {})
    if kind.name == "basic-auth":
        held.pop("password", None)
    for ref in kind.refs:
        if ref in held:
            held[ref] = {"id": held[ref].get("id")}
    return canonical(held)


def _naturals(kind: Kind, entity: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the keys that an entity is found by: a consumer has two."""
    if kind is CONSUMER:
        return [(key, str(entity[key])) for key in ("username", "custom_id") if entity.get(key)]
    natural = kind.natural(entity)
    return [] if natural is None else [natural]


class State:
    """All entities of one configuration."""

    def __init__(self) -> None:
        self._by_id: dict[str, dict[str, Entity]] = {name: {} for name in KINDS}
        self._by_natural: dict[str, dict[tuple[str, ...], Entity]] = {name: {} for name in KINDS}

    def add(self, kind: Kind, entity: Entity) -> None:
        """Hold an entity, in place of one with its id."""
        self._by_id[kind.name][entity["id"]] = entity
        for natural in _naturals(kind, entity):
            self._by_natural[kind.name].setdefault(natural, entity)

    def join(self, group: Entity, consumer: Entity) -> None:
        """Make a consumer a member of a group."""
        name = consumer.get("username") or consumer["id"]
        who = {field: value for field, value in consumer.items() if field != "created_at"}
        ident = f"{group['id']}/{name}"
        reference = {field: group[field] for field in ("id", "name", "tags") if field in group}
        member = {"id": ident, "username": name, "consumer": who, "consumer_group": reference}
        self.add(MEMBER, member)

    def all(self, kind: Kind) -> list[Entity]:
        """Return all of a kind, in the order in which they came."""
        return list(self._by_id[kind.name].values())

    def get(self, kind: Kind, ident: str) -> Entity | None:
        """Return the one with an id."""
        return self._by_id[kind.name].get(ident)

    def like(self, kind: Kind, entity: Mapping[str, Any]) -> Entity | None:
        """Return the one that has the natural key of another."""
        found = (self._by_natural[kind.name].get(key) for key in _naturals(kind, entity))
        return next((one for one in found if one is not None), None)

    def named(self, kind: Kind, name: str) -> Entity | None:
        """Return the one that a file refers to, by its id or its name."""
        found = self.get(kind, name)
        for field in ("name", "username"):
            found = found or self._by_natural[kind.name].get((field, name))
        return found

    def under(self, kind: Kind, field: str, ident: str) -> Iterable[Entity]:
        """Yield those that refer to an entity."""
        for entity in self.all(kind):
            if (entity.get(field) or {}).get("id") == ident:
                yield entity
