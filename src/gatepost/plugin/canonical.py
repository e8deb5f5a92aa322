"""A configuration as it is stored (only what differs from the defaults) and as it is shown (all).

``canonical`` of both is the same, and so is the Config that is read from them.
"""

import copy
from collections.abc import Mapping
from typing import Any

from gatepost.plugin.plugin import Plugin
from gatepost.plugin.shape import Member, Shape, as_json, shape_of


def canonical(plugin: Plugin[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a valid configuration in its shortest form: today's names, defaults left out.

    Plain JSON; vault references stay as they are. Raises pydantic's ValidationError, or Fault,
    as ``plugin.read`` does.
    """
    whole = plugin.read(config).model_dump(mode="json", by_alias=True)
    return _record_without_defaults(shape_of(plugin.Config), as_json(whole))


def expanded(plugin: Plugin[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a valid configuration with every field; null where nothing is set.

    Raises as ``canonical`` does. See ``filled`` for what is canonical already.
    """
    return filled(plugin, canonical(plugin, config))


def filled(plugin: Plugin[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a canonical configuration with every field. It is not read again, so that what was
    stored before a rule became stricter can still be shown.
    """
    return _whole_record(shape_of(plugin.Config), stored)


def with_old_names(plugin: Plugin[Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return a shown configuration with old names beside today's, as Kong's answers have them.

    decK compares a file in old names with these, and strikes them out for any other file.
    """
    shown = dict(whole)
    for old in plugin.old_names:
        if old.path:
            value = _value_at(whole, old.path)
            if old.single:
                value = value[0] if isinstance(value, list) and len(value) == 1 else None
            shown[old.name] = copy.deepcopy(value)
    return shown


def patched(
    plugin: Plugin[Any], stored: Mapping[str, Any], change: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a stored configuration with a change laid over it; not validated.

    Records are merged, everything else is replaced, null takes a value back to its default. An old
    name in the change replaces what is stored under today's.
    """
    base = dict(stored)
    for old in plugin.old_names:
        if old.path and change.get(old.name) is not None:
            base = _without(base, old.path)
    return _merged(shape_of(plugin.Config), base, change)


def _record_without_defaults(shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, member in shape.fields.items():
        held = value.get(name, member.default)
        if held == member.default and not member.required:
            continue
        short = _without_defaults(member.shape, held)
        if not (member.filled and short == {}):
            kept[name] = short
    return kept


def _without_defaults(shape: Shape, value: Any) -> Any:
    match value:
        case dict() if shape.kind == "record":
            return _record_without_defaults(shape, value)
        case dict() if shape.elements is not None:
            inside = shape.elements
            return {name: _without_defaults(inside, value[name]) for name in sorted(value)}
        case list() if shape.elements is not None:
            # a set has no order of its own; the one it is stored in must not depend on the process
            ordered = sorted(value, key=repr) if shape.kind == "set" else value
            return [_without_defaults(shape.elements, one) for one in ordered]
    return value


def _whole_record(shape: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    whole = {name: _whole_member(member, value, name) for name, member in shape.fields.items()}
    return whole | {name: value[name] for name in value if name not in whole}


def _whole_member(member: Member, value: Mapping[str, Any], name: str) -> Any:
    held = value.get(name, member.default)
    if held is None and member.filled:
        held = {}
    return _whole(member.shape, held)


def _whole(shape: Shape, value: Any) -> Any:
    match value:
        case dict() if shape.kind == "record":
            return _whole_record(shape, value)
        case dict() if shape.elements is not None:
            return {name: _whole(shape.elements, inner) for name, inner in value.items()}
        case list() if shape.elements is not None:
            return [_whole(shape.elements, one) for one in value]
        case dict() | list():
            return copy.deepcopy(value)
    return value


def _value_at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _without(value: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: inner for name, inner in value.items() if name != path[0]}
    inside = value.get(path[0])
    if len(path) > 1 and isinstance(inside, Mapping):
        kept[path[0]] = _without(inside, path[1:])
    return kept


def _merged(shape: Shape, base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**base, **change}
    for name, member in shape.fields.items():
        old, new = base.get(name), change.get(name)
        if member.shape.kind == "record" and isinstance(old, Mapping) and isinstance(new, Mapping):
            merged[name] = _merged(member.shape, old, new)
    return merged
