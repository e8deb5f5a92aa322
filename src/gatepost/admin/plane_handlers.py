"""Control planes that have a name: made, listed, renamed and deleted, under Konnect's paths.

The entities of one are at ``/v2/control-planes/{id}/core-entities/…``, as under Kong's own paths.
"""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_body
from gatepost.admin.caller import Role
from gatepost.admin.problem import duplicate, not_found, numbered, plain, schema_violation
from gatepost.model import Violation
from gatepost.store.database import DEFAULT, Duplicate, Plane, UnknownPlane

_NAME = re.compile(r"[\w][\w .~@()-]{0,254}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_MOST_LABELS = 50
_KNOWN = frozenset({"name", "description", "labels"})


async def page(ask: Ask) -> Response:
    """List them, by ``page[size]``, ``page[number]`` and ``filter[name][eq]`` or ``[contains]``."""
    _may(ask, Role.VIEWER)
    query = ask.query
    size, number = _count(query, "page[size]", 100), _count(query, "page[number]", 1)
    equal = query.get("filter[name][eq]", query.get("filter[name]"))
    part = query.get("filter[name][contains]", "")
    found = [
        one
        for one in await ask.control.database.planes.all()
        if ask.caller.sees(one.id)
        and (equal is None or one.name == equal)
        and part.lower() in one.name.lower()
    ]
    shown = [_shown(one) for one in found[(number - 1) * size : number * size]]
    pages = {"total": len(found), "size": size, "number": number}
    return answer(
        {"data": shown, "meta": {"page": pages | {"pages": math.ceil(len(found) / size)}}}
    )


async def add(ask: Ask) -> Response:
    """Make one, with nothing in it."""
    _may(ask, Role.ADMIN)
    data = _checked((await read_body(ask.request)).data)
    if "name" not in data:
        raise schema_violation([Violation(("name",), "required field missing")])
    try:
        made = await ask.control.database.planes.add(
            data["name"], description=data.get("description", ""), labels=data.get("labels", {})
        )
    except Duplicate:
        raise duplicate({"name": data["name"]}) from None
    await _noted(ask, "create", made.id, after=_shown(made))
    return answer(_shown(made), 201)


async def show(ask: Ask) -> Response:
    """Show one."""
    _may(ask, Role.VIEWER)
    return answer(_shown(await _found(ask)))


async def change(ask: Ask) -> Response:
    """Rename one, describe it, or label it; labels are merged, null takes one away."""
    _may(ask, Role.ADMIN)
    data = _checked((await read_body(ask.request)).data, partly=True)
    plane = await _found(ask)
    if plane.name == DEFAULT and data.get("name", DEFAULT) != DEFAULT:
        raise plain(400, f"'{DEFAULT}' keeps its name")
    if "labels" in data:
        labels = {**plane.labels, **data["labels"]}
        data["labels"] = {name: text for name, text in labels.items() if text is not None}
    try:
        after = await ask.control.database.planes.save(replace(plane, **data))
    except Duplicate:
        raise duplicate({"name": data["name"]}) from None
    except UnknownPlane:
        raise not_found() from None
    await _noted(ask, "update", plane.id, before=_shown(plane), after=_shown(after))
    return answer(_shown(after))


async def remove(ask: Ask) -> Response:
    """Delete one and everything in it; its nodes are told, and go on with what they have."""
    _may(ask, Role.ADMIN)
    if ask.names[0] == ask.control.plane:
        raise plain(400, f"'{DEFAULT}' cannot be deleted")
    plane = await _found(ask)
    if not await ask.control.database.planes.remove(plane.id):
        raise not_found()
    await _noted(ask, "delete", plane.id, before=_shown(plane))
    return nothing()


async def _noted(ask: Ask, action: str, ident: str, **sides: dict[str, Any]) -> None:
    """Note it in the log of ``default``, which is there when the control plane is gone."""
    await noted(ask, action, "control_planes", ident, plane=ask.control.plane, **sides)


def _may(ask: Ask, role: Role) -> None:
    ask.caller.require(role)
    if role is Role.ADMIN and ask.caller.plane is not None:
        raise plain(403, "Control planes are kept by those to whom all of them are open")


async def _found(ask: Ask) -> Plane:
    found = await ask.control.database.planes.get(ask.names[0])
    if found is None or not ask.caller.sees(found.id):
        raise not_found()
    return found


def _shown(plane: Plane) -> dict[str, Any]:
    made = datetime.datetime.fromtimestamp(plane.created_at, datetime.UTC)
    return {
        "id": plane.id,
        "name": plane.name,
        "description": plane.description,
        "labels": dict(plane.labels),
        "config": {"cluster_type": "CLUSTER_TYPE_CONTROL_PLANE"},
        "created_at": made.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": plane.version,
    }


def _checked(data: Mapping[str, Any], *, partly: bool = False) -> dict[str, Any]:
    """Return what may be said of a control plane. partly: a label may be null, to be taken away."""
    found = [Violation((name,), "unknown field") for name in data.keys() - _KNOWN]
    name, description = data.get("name"), data.get("description")
    if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
        found.append(Violation(("name",), "expected a name of at most 255 characters"))
    if description is not None and not (isinstance(description, str) and len(description) < 513):
        found.append(Violation(("description",), "expected at most 512 characters"))
    labels = data.get("labels")
    if labels is not None and not _are_labels(labels, partly=partly):
        message = f"expected at most {_MOST_LABELS} labels of letters, digits, '.', '_' and '-'"
        found.append(Violation(("labels",), message))
    if found:
        raise schema_violation(found)
    return {field: value for field, value in data.items() if value is not None}


def _are_labels(labels: Any, *, partly: bool) -> bool:
    if not isinstance(labels, dict) or len(labels) > _MOST_LABELS:
        return False
    texts = [text for text in (*labels, *labels.values()) if not (partly and text is None)]
    return all(isinstance(text, str) and _LABEL.fullmatch(text) for text in texts)


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise numbered(9, f"{name} must be an integer between 1 and 1000")
    return int(text[:9])
