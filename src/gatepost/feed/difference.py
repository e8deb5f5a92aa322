"""What two configurations differ in, so that one changed route does not send ten thousand again.

Rules of the file: what comes out has the hash that was told, or nothing comes out. Entities that
did not change stay the objects they were: whatever was worked out for them is used again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.feed.packing import broken
from gatepost.model import TRAVELLING, Entity, Snapshot
from gatepost.model.entity import violations
from gatepost.model.snapshot import FORMAT
from gatepost.values import By, Fault


def difference(old: Snapshot, new: Snapshot) -> bytes:
    """Return what makes the new one of the old one, as JSON."""
    parts = []
    for kind in TRAVELLING:
        before: dict[str, Entity] = {one.id: one for one in getattr(old, kind)}
        changed = []
        for one in getattr(new, kind):
            was = before.pop(one.id, None)
            if was is not one and (was is None or was.canonical != one.canonical):
                changed.append(one.canonical)
        if changed or before:
            parts.append(f'"{kind}":{{"changed":[{",".join(changed)}],')
            parts.append(f'"removed":{json.dumps(sorted(before))}}},')
    return ("{" + "".join(parts).rstrip(",") + "}").encode()


def apply(base: Snapshot, data: bytes, wanted: str) -> Snapshot:
    """Return the Snapshot with the hash ``wanted`` that a difference makes of this one.

    Raises Fault(by=OURS) ``feed.broken`` when it makes another, ``config.snapshot_unreadable``.
    """
    content = _object(data)
    if content.keys() - TRAVELLING.keys():
        raise _unreadable("it has kinds of entities that this version does not know")
    kinds: dict[str, tuple[Entity, ...]] = {}
    for kind in TRAVELLING:
        held: tuple[Entity, ...] = getattr(base, kind)
        if kind in content:
            held = _changed(kind, held, content[kind])
        kinds[kind] = held
    snapshot = _whole(kinds)
    if snapshot.hash != wanted:
        raise broken("a difference does not lead to the configuration that was told")
    return snapshot


def read(data: bytes, wanted: str, known: Snapshot | None = None) -> Snapshot:
    """Read a whole Snapshot whose bytes must have the hash ``wanted``; use entities of ``known``
    again. A Snapshot of ours may have another hash, where the other side is of another release.

    Raises Fault as ``apply``.
    """
    if hashlib.sha256(data).hexdigest() != wanted:
        raise broken("a configuration is not the one that was told")
    if known is None:
        return Snapshot.from_bytes(data)
    content = _object(data)
    if content.pop("format", None) != FORMAT:
        raise _unreadable(f"it is not a snapshot of format {FORMAT}; update the older side")
    if content.keys() - TRAVELLING.keys():
        raise _unreadable("it has kinds of entities that this version does not know")
    kinds: dict[str, tuple[Entity, ...]] = {}
    for kind in TRAVELLING:
        before = {one.id: one for one in getattr(known, kind)}
        kinds[kind] = tuple(_entity(kind, one, before) for one in _list(content.get(kind, [])))
    return _whole(kinds)


def _whole(kinds: Mapping[str, tuple[Entity, ...]]) -> Snapshot:
    snapshot = Snapshot(**kinds)  # type: ignore[arg-type]
    found = snapshot.consistent()
    if found:
        raise _unreadable(f"{found[0].kind}: {found[0].message}")
    return snapshot


def _changed(kind: str, held: tuple[Entity, ...], told: Any) -> tuple[Entity, ...]:
    if not isinstance(told, dict):
        raise _unreadable("a difference is no object")
    made = {one.id: one for one in (_entity(kind, raw, {}) for raw in _list(told.get("changed")))}
    gone = {str(one) for one in _list(told.get("removed"))} | made.keys()
    return (*(one for one in held if one.id not in gone), *made.values())


def _entity(kind: str, raw: Any, known: Mapping[str, Entity]) -> Entity:
    was = known.get(str(raw.get("id"))) if isinstance(raw, dict) else None
    if was is not None:
        text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if text == was.canonical:
            return was
    try:
        return TRAVELLING[kind].model_validate(raw)
    except ValidationError as error:
        first = violations(error)[0]
        place = ".".join(map(str, first.at))
        raise _unreadable(f"{error.title}: {place}: {first.message}") from None


def _object(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise _unreadable("it is not JSON") from None
    if not isinstance(content, dict):
        raise _unreadable("it is no object")
    return content


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _unreadable("its entities are not lists")
    return value


def _unreadable(reason: str) -> Fault:
    return Fault(
        "config.snapshot_unreadable",
        "the configuration snapshot cannot be used",
        by=By.OURS,
        cause=reason,
    )
