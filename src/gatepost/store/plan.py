"""What has to be done to get from one configuration to another, and in which order.

Rules of the file: nothing is read or written here; what is shown holds no secret; a step never
needs what a later one makes. What is only a newer ``updated_at`` is no change.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gatepost.model import CATALOG, Entity, Plugin, Snapshot
from gatepost.store.calling import by_id, called, name_of
from gatepost.store.masking import PluginForms, brief, hidden

Action = Literal["create", "update", "delete"]
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not what it was, by its dotted path; None where it is not set."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one entity. name: what people call it. fields: of an update."""

    action: Action
    kind: str
    id: str
    name: str
    before: Entity | None = None
    after: Entity | None = None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes: new and changed entities in the order of the catalog, then what goes.

    result: the configuration that they lead to.
    """

    changes: tuple[Change, ...]
    result: Snapshot = field(repr=False)
    select_tags: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        """How many are created, updated and deleted."""
        counted = {"create": 0, "update": 0, "delete": 0}
        for change in self.changes:
            counted[change.action] += 1
        return counted

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values, without secrets."""
        return {
            "changes": [
                {
                    "action": change.action,
                    "kind": change.kind,
                    "id": change.id,
                    "name": change.name,
                    "fields": [
                        {"field": one.field, "before": one.before, "after": one.after}
                        for one in change.fields
                    ],
                }
                for change in self.changes
            ],
            "summary": self.summary,
            "select_tags": list(self.select_tags),
        }


def plan(
    current: Snapshot,
    wanted: Snapshot,
    forms: PluginForms,
    *,
    now: int,
    select_tags: tuple[str, ...] = (),
) -> Plan:
    """Return what makes ``wanted`` of ``current``. now: unix seconds, of what is changed."""
    before, after = by_id(current), by_id(wanted)
    changes: list[Change] = []
    for kind in CATALOG:
        for ident, entity in after[kind].items():
            stands = before[kind].get(ident)
            if stands is None:
                name = called(kind, entity, after)
                changes.append(Change("create", kind, ident, name, after=entity))
            elif not _same(stands, entity):
                newer = entity.model_copy(update={"updated_at": _time(entity, now)})
                changes.append(
                    Change(
                        "update",
                        kind,
                        ident,
                        called(kind, stands, before),
                        stands,
                        newer,
                        tuple(_Fields(forms, before, after).of(kind, stands, newer)),
                    )
                )
    for kind in reversed(CATALOG):
        changes += [
            Change("delete", kind, ident, called(kind, entity, before), before=entity)
            for ident, entity in before[kind].items()
            if ident not in after[kind]
        ]
    return Plan(tuple(changes), _result(wanted, changes), select_tags)


def _result(wanted: Snapshot, changes: list[Change]) -> Snapshot:
    """Return what is wanted with the times that the changes give it."""
    newer = {(one.kind, one.id): one.after for one in changes if one.action == "update"}
    changed: dict[str, Any] = {
        kind: tuple(newer.get((kind, one.id)) or one for one in getattr(wanted, kind))
        for kind in {kind for kind, _ in newer}
    }
    return replace(wanted, **changed) if changed else wanted


def _same(one: Entity, other: Entity) -> bool:
    if one is other:
        return True
    if one.updated_at != other.updated_at:
        other = other.model_copy(update={"updated_at": one.updated_at})
    # in a plugin's configuration 1 is not true; everywhere else the types are the fields'
    return one == other and (not isinstance(one, Plugin) or one.canonical == other.canonical)


def _time(entity: Entity, now: int) -> Any:
    return float(now) if isinstance(entity.updated_at, float) else now


_Known = Mapping[str, Mapping[str, Entity]]


class _Fields:
    """Tells what differs between two states of an entity, for people: names, no secrets."""

    def __init__(self, forms: PluginForms, before: _Known, after: _Known) -> None:
        self._forms, self._before, self._after = forms, before, after

    def of(self, kind: str, before: Entity, after: Entity) -> Iterator[FieldChange]:
        """Yield each field that is not the same, secrets as ``{masked}``."""
        was, is_ = before.model_dump(mode="json"), after.model_dump(mode="json")
        shown_was = self._shown(kind, brief(kind, hidden(kind, was, self._forms)), self._before)
        shown_is = self._shown(kind, brief(kind, hidden(kind, is_, self._forms)), self._after)
        for place in _differing(was, is_, ()):
            if place != ("updated_at",):
                yield FieldChange(".".join(place), _at(shown_was, place), _at(shown_is, place))

    def _shown(self, kind: str, body: dict[str, Any], known: _Known) -> dict[str, Any]:
        for reference in CATALOG[kind].references:
            value, others = body.get(reference.field), known[reference.kind]
            if value is not None:
                names = [
                    name_of(reference.kind, others[one]) if one in others else one
                    for one in (value if reference.many else [value])
                ]
                body[reference.field] = names if reference.many else names[0]
        return body


def _differing(was: Any, is_: Any, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the places where two plain values differ; a list is one value."""
    if isinstance(was, dict) and isinstance(is_, dict):
        for name in sorted(was.keys() | is_.keys()):
            yield from _differing(was.get(name, _ABSENT), is_.get(name, _ABSENT), (*at, name))
    elif was is _ABSENT or is_ is _ABSENT or json.dumps(was) != json.dumps(is_):
        yield at


def _at(value: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return value
