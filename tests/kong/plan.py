"""What has to be done, and in which order: events, kind by kind."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.kong.defaults import (
    TO_COMPARE,
    TO_SEND,
    Filling,
    config_schema,
    default_protocols,
    fill,
    reconcile_old_spellings,
)
from tests.kong.kinds import (
    CERTIFICATE,
    CONSUMER,
    GROUP,
    KINDS,
    LEVELS,
    MEMBER,
    PLUGIN,
    ROUTE,
    SERVICE,
    SNI,
    TARGET,
    VAULT,
    Entity,
    Kind,
    referred,
)
from tests.kong.state import State, comparable
from tests.kong.wire import segment


@dataclass(frozen=True)
class Event:
    """One thing to do. op: create, update or delete. old: what is there before an update."""

    op: str
    kind: Kind
    entity: Entity
    old: Entity | None = None

    def __str__(self) -> str:
        return f"{self.op} {self.kind.name} {label(self.kind, self.entity)}"


@dataclass(frozen=True)
class Stage:
    """Events that may be under way at once; all are over before the next stage begins."""

    name: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Learned:
    """The schemas of the plugins and vaults that the file uses, by name."""

    plugins: Mapping[str, Any]
    vaults: Mapping[str, Any]


def label(kind: Kind, entity: Entity) -> str:
    """Return how an entity is called to a person; never by a secret."""
    if kind.name == "key-auth":
        return f"{str(entity.get('key'))[-5:]} for consumer {referred(entity, 'consumer')}"
    name = next(
        (entity[key] for key in ("name", "prefix", "target", "group") if entity.get(key)), None
    )
    return str(name or entity.get("username") or entity.get("id"))


def with_defaults(plugin: Entity, schema: Mapping[str, Any], filling: Filling) -> Entity:
    """Return a plugin with what its schema gives it."""
    filled = copy.deepcopy(plugin)
    filled["config"] = fill(config_schema(schema), filled.get("config") or {}, filling)
    protocols = default_protocols(schema)
    if "protocols" not in filled and protocols is not None:
        filled["protocols"] = protocols
    filled.setdefault("enabled", True)
    return filled


def _differs(kind: Kind, current: Entity, wanted: Entity, learned: Learned) -> bool:
    if kind is PLUGIN:
        schema = learned.plugins[wanted["name"]]
        current, wanted = copy.deepcopy(current), with_defaults(wanted, schema, TO_COMPARE)
        current.setdefault("config", {})
        reconcile_old_spellings(wanted["config"], current["config"], config_schema(schema))
    elif kind is VAULT and learned.vaults.get(wanted.get("name")):
        described = config_schema(learned.vaults[wanted["name"]])
        wanted = {**wanted, "config": fill(described, wanted.get("config") or {})}
        current = {**current, "config": fill(described, current.get("config") or {})}
    return comparable(kind, current) != comparable(kind, wanted)


def _changes(kind: Kind, current: State, wanted: State, learned: Learned) -> Iterator[Event]:
    for entity in wanted.all(kind):
        if kind.matched or kind is MEMBER:
            known = current.like(kind, entity)
        else:
            known = current.get(kind, entity["id"])
        if known is None:
            yield Event("create", kind, _to_send(kind, entity, learned))
        elif _differs(kind, known, entity, learned):
            sent = _to_send(kind, entity, learned)
            if kind is CERTIFICATE:  # a PUT without them would take the SNIs away
                sent["snis"] = [
                    one["name"] for one in current.under(SNI, "certificate", known["id"])
                ]
            yield Event("update", kind, sent, known)


def _to_send(kind: Kind, entity: Entity, learned: Learned) -> Entity:
    if kind is PLUGIN and entity["name"] in learned.plugins:
        return with_defaults(entity, learned.plugins[entity["name"]], TO_SEND)
    return copy.deepcopy(entity)


def _removals(kind: Kind, current: State, wanted: State) -> Iterator[Event]:
    for entity in current.all(kind):
        is_scoped = kind in (PLUGIN, MEMBER)
        kept = wanted.like(kind, entity) if is_scoped else wanted.get(kind, entity["id"])
        if kept is None:
            yield Event("delete", kind, entity)


def _duplicates(kind: Kind, current: State, wanted: State) -> Iterator[Event]:
    """Yield what has a name that the file gives to another id; a service after its routes."""
    for entity in wanted.all(kind):
        known = current.like(kind, entity)
        if known is None or known["id"] == entity["id"]:
            continue
        if kind is SERVICE:
            for route in current.under(ROUTE, "service", known["id"]):
                yield Event("delete", ROUTE, route)
        yield Event("delete", kind, known)


def plan(current: State, wanted: State, learned: Learned) -> list[Stage]:
    """Return the stages: duplicates go, makes and changes go down the levels, deletes up."""
    stages = []
    doubles: dict[tuple[str, str], Event] = {}
    for kind in (ROUTE, SERVICE, CONSUMER):
        for event in _duplicates(kind, current, wanted):
            doubles.setdefault((event.kind.name, event.entity["id"]), event)
    for level in reversed(LEVELS):
        events = tuple(event for event in doubles.values() if event.kind in level)
        stages.append(Stage("duplicates", events))
    stages += [
        Stage(kind.name, tuple(_changes(kind, current, wanted, learned))) for kind in KINDS.values()
    ]
    for level in reversed(LEVELS):
        for kind in level:
            gone = tuple(
                event
                for event in _removals(kind, current, wanted)
                if (kind.name, event.entity["id"]) not in doubles
            )
            stages.append(Stage(f"delete {kind.name}", gone))
    return [stage for stage in stages if stage.events]


def _body(kind: Kind, entity: Entity) -> Entity:
    """Return what is sent: nothing that is empty, but whatever a config holds."""
    return {
        name: value
        for name, value in entity.items()
        if name == "config" or (value is not None and value not in ([], {}))
    }


def requests(event: Event) -> list[tuple[str, str, Any]]:
    """Return the writes of an event: method, path, body."""
    kind, entity = event.kind, event.entity
    if kind is MEMBER:
        below = f"consumer_groups/{entity['consumer_group']['id']}/consumers"
        leave = ("DELETE", f"{below}/{segment(entity['username'])}", None)
        join = ("POST", below, {"consumer": entity["username"]})
        return {"create": [join], "update": [leave, join], "delete": [leave]}[event.op]
    path = f"{kind.path}/{entity['id']}"
    if kind.below:
        path = f"consumers/{referred(entity, 'consumer')}/{kind.below}/{entity['id']}"
    if kind is TARGET:
        below = f"upstreams/{referred(entity, 'upstream')}/targets"
        path = f"{below}/{entity['id']}"
        if event.op == "create":
            return [("POST", below, _body(kind, entity))]
    if event.op == "delete":
        return [("DELETE", path, None)]
    method = "PATCH" if kind is GROUP and event.op == "update" else "PUT"
    return [(method, path, _body(kind, entity))]
