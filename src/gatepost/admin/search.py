"""Finding entities by what people remember of them: a piece of a name, a host, a path, a tag.

Pure: a Snapshot comes in, results go out. What is secret is in no table here, so it is neither
searched nor shown; credentials are no results at all.
"""

import heapq
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatepost.model import CATALOG, Entity, Snapshot
from gatepost.store.calling import name_of

SEARCHED: dict[str, tuple[str, ...]] = {
    "services": ("name", "host", "path"),
    "routes": ("name", "hosts", "paths"),
    "service_packages": ("name", "description"),
    "service_versions": ("version",),
    "plugins": ("name", "instance_name"),
    "consumers": ("username", "custom_id"),
    "consumer_groups": ("name",),
    "upstreams": ("name",),
    "targets": ("target",),
    "snis": ("name",),
    "certificates": (),
    "ca_certificates": (),
    "vaults": ("prefix", "name"),
    "key_sets": ("name",),
    "keys": ("name", "kid"),
}
"""kind → fields that are searched beside its id and tags; the order in which equals are shown."""

LONGEST = 200
"""Characters that may be looked for, and that a line about an entity has."""

_NAME = 250
_IDENT = re.compile(r"[0-9a-f][0-9a-f-]{3,35}")
_ORDER = {kind: number for number, kind in enumerate(SEARCHED)}
_Known = Mapping[str, Mapping[str, Entity]]


@dataclass(frozen=True, slots=True)
class Found:
    """total: how many there are; results: the best of them, as they are shown."""

    total: int
    results: list[dict[str, Any]]


def search(snapshot: Snapshot, text: str, kinds: Sequence[str], size: int) -> Found:
    """Return entities in which a text stands, in any case; those that are called so first."""
    wanted = text.casefold()
    matches = [
        (rank, _ORDER[kind], name, entity.id, kind, entity)
        for kind in kinds
        for rank, name, entity in _matches(kind, getattr(snapshot, kind), wanted)
    ]
    best = heapq.nsmallest(size, matches, key=lambda match: match[:4])
    referred = {one.kind for match in best for one in CATALOG[match[4]].references}
    known = {kind: {one.id: one for one in getattr(snapshot, kind)} for kind in referred}
    return Found(len(matches), [_shown(match[4], match[5], known) for match in best])


def _matches(
    kind: str, entities: Sequence[Entity], wanted: str
) -> Iterator[tuple[int, str, Entity]]:
    fields, is_id = SEARCHED[kind], _IDENT.fullmatch(wanted) is not None
    for entity in entities:
        values = entity.__dict__
        by_id = is_id and entity.id.startswith(wanted)
        if by_id or any(wanted in part.casefold() for part in _texts(values, fields)):
            name = name_of(kind, entity).casefold()
            yield _rank(name, wanted, by_id=by_id), name, entity


def _texts(values: Mapping[str, Any], fields: Sequence[str]) -> Iterator[str]:
    for field in fields:
        value = values[field]
        if isinstance(value, str):
            yield value
        elif value:
            yield from value
    yield from values["tags"]


def _rank(name: str, wanted: str, *, by_id: bool) -> int:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if wanted in name or by_id else 3


def _shown(kind: str, entity: Entity, known: _Known) -> dict[str, Any]:
    about = ABOUT.get(kind, lambda _: "")(entity)
    return {
        "kind": kind,
        "id": entity.id,
        "name": cut(name_of(kind, entity), _NAME),
        "about": cut(" ".join(about.split()), LONGEST),
        "parents": list(parents(kind, entity, known)),
    }


def parents(kind: str, entity: Entity, known: _Known) -> Iterator[dict[str, str]]:
    """Yield what an entity belongs to. known: kind → id → entity."""
    for reference in CATALOG[kind].references if kind != "services" else ():
        ident = getattr(entity, reference.field)
        other = known[reference.kind].get(ident) if ident else None
        if other is not None:
            name = cut(name_of(reference.kind, other), _NAME)
            yield {"kind": reference.kind, "id": other.id, "name": name}


def cut(text: str, longest: int) -> str:
    """Return a text, or its beginning with an ellipsis."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def _service(one: Any) -> str:
    off = "" if one.enabled else ", disabled"
    return f"{one.protocol}://{one.host}:{one.port}{one.path or ''}{off}"


def _route(one: Any) -> str:
    parts = (one.methods, one.hosts, one.paths)
    return " · ".join(", ".join(cut(each, 60) for each in some[:3]) for some in parts if some)


def _plugin(one: Any) -> str:
    scoped = one.service or one.route or one.consumer
    return ("" if scoped else "everywhere") + ("" if one.enabled else ", disabled")


ABOUT: dict[str, Callable[[Any], str]] = {
    "services": _service,
    "routes": _route,
    "plugins": lambda one: _plugin(one).removeprefix(", "),
    "consumers": lambda one: f"custom_id {one.custom_id}" if one.custom_id else "",
    "service_packages": lambda one: one.description or "",
    "service_versions": lambda one: "" if one.service else "not implemented",
    "targets": lambda one: f"weight {one.weight}",
    "keys": lambda one: f"kid {one.kid}",
}
"""kind → what is said of an entity in one line."""
