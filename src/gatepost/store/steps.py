"""A plan as single writes, each of which a store that checks at once will take.

Names may move between entities in one plan: to one that is new, or round in a circle. Who holds a
name that an earlier step needs gives it up first, if it is only to go later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gatepost.model import CATALOG, Entity, Snapshot
from gatepost.store.plan import Change, Plan

_REFERRED = {reference.kind for kind in CATALOG.values() for reference in kind.references}


@dataclass(frozen=True, slots=True)
class Save:
    """Write an entity. change: None for a step in between, which another one follows."""

    kind: str
    entity: Entity
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove an entity, to which nothing refers by then."""

    kind: str
    id: str
    change: Change


Key = tuple[str, tuple[str, ...], tuple[Any, ...]]


def steps(plan: Plan, current: Snapshot) -> Iterator[Save | Remove]:
    """Yield the writes of a plan in an order in which each is allowed. current: what stands."""
    saves = [change for change in plan.changes if change.after is not None]
    removes = {(one.kind, one.id): one for one in plan.changes if one.action == "delete"}
    held: dict[Key, str] = {}
    standing: dict[tuple[str, str], Entity] = {}
    for kind in {change.kind for change in saves}:
        for entity in getattr(current, kind):
            standing[kind, entity.id] = entity
            held.update((key, entity.id) for key in _keys(kind, entity))
    for change in saves:
        entity = change.after
        if entity is None:
            continue
        for key in _keys(change.kind, entity):
            holder = held.get(key)
            if holder is None or holder == entity.id:
                continue
            freed = standing[change.kind, holder]
            for theirs in _keys(change.kind, freed):
                held.pop(theirs, None)
            goes = removes.get((change.kind, holder))
            if goes is not None and change.kind not in _REFERRED:
                del removes[change.kind, holder]
                yield Remove(change.kind, holder, goes)
            else:
                other = freed.model_copy(update=_released(key, holder))
                standing[change.kind, holder] = other
                held.update((theirs, holder) for theirs in _keys(change.kind, other))
                yield Save(change.kind, other)
        was = standing.get((change.kind, entity.id))
        for theirs in _keys(change.kind, was) if was is not None else ():
            held.pop(theirs, None)
        held.update((key, entity.id) for key in _keys(change.kind, entity))
        standing[change.kind, entity.id] = entity
        yield Save(change.kind, entity, change)
    for (kind, ident), change in removes.items():
        yield Remove(kind, ident, change)


def _keys(kind: str, entity: Entity) -> Iterator[Key]:
    about = CATALOG[kind]
    for names in about.unique:
        values = tuple(getattr(entity, name) for name in names)
        if values[0] is not None:
            folded = (
                value.lower() if name in about.folded and value is not None else value
                for name, value in zip(names, values, strict=True)
            )
            yield kind, names, tuple(folded)


def _released(key: Key, holder: str) -> dict[str, Any]:
    """Return what an entity changes so that it holds a key no more: its own name, or, where only
    a reference is unique, that.
    """
    kind, names, _ = key
    own = next((name for name in names if CATALOG[kind].reference(name) is None), None)
    return {names[0]: None} if own is None else {own: f"released-{holder}"}
