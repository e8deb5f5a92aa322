"""Secrets of a configuration: where they are, how they are hidden, how what was hidden comes back.

Whoever may see a configuration but not its secrets sees ``{masked}`` in their places. Sent back,
it means that what is stored stays.
"""

import functools
from collections.abc import Mapping
from typing import Any

from gatepost.model.reference import is_reference, parse_reference
from gatepost.plugin.describe import member_at
from gatepost.plugin.plugin import Plugin
from gatepost.plugin.problems import Problem
from gatepost.plugin.shape import Shape, shape_of
from gatepost.values.secret import MASK, NOTHING_STORED

_Place = tuple[str | int, ...]


class NothingStored(ValueError):
    """A mask stands where nothing is stored that it could stand for. problems: each, by place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


@functools.cache
def secret_paths(plugin: Plugin[Any]) -> tuple[tuple[str, ...], ...]:
    """Return the paths of all secret fields, old names as well, sorted.

    ``*`` stands for each element of a list or map. Of a secret list, map or record, everything
    inside is secret.
    """
    return tuple(
        sorted({*_secrets(shape_of(plugin.Config)), *((old,) for old in old_secrets(plugin))})
    )


def secrets_in(plugin: Plugin[Any], config: Mapping[str, Any]) -> set[str]:
    """Return every text that a configuration has in a secret place."""
    found: set[str] = set()
    for path in secret_paths(plugin):
        _gather(config, path, found)
    return found


def masked(plugin: Plugin[Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy whose secrets are hidden: each text, also inside of lists and maps.

    Vault references are shown, null and empty values stay. The configuration need not be valid:
    what stands under an unknown name is hidden too, because it may be a misspelt secret.
    """
    return _masked_record(shape_of(plugin.Config), config, old_secrets(plugin), plugin)


def unmasked(
    plugin: Plugin[Any], config: Mapping[str, Any], stored: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a copy in which each mask is replaced by what is stored there, for writing.

    stored: a canonical configuration; empty when there is none yet. In lists the position counts,
    in maps the key. Raises NothingStored.
    """
    putting = _PuttingBack()
    shape = shape_of(plugin.Config)
    whole = putting.record(shape, config, stored, ())
    for name, path in old_secrets(plugin).items():
        if name in config:
            whole[name] = putting.secret(config[name], _at(stored, path), (name,))
    if putting.problems:
        raise NothingStored(tuple(putting.problems))
    return whole


@functools.cache
def old_secrets(plugin: Plugin[Any]) -> Mapping[str, tuple[str, ...]]:
    """Return the old names whose values are secret, with where these are today."""
    shape = shape_of(plugin.Config)
    return {
        old.name: old.path
        for old in plugin.old_names
        if old.path and member_at(shape, old.path).secret
    }


def _secrets(shape: Shape, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [at] if shape.secret else []
    for name, member in shape.fields.items():
        place = (*at, name)
        found += [place] if member.secret else _secrets(member.shape, place)
    if shape.elements is not None:
        found += _secrets(shape.elements, (*at, "*"))
    return found


def _masked_record(
    shape: Shape, value: Mapping[str, Any], old: Mapping[str, Any], plugin: Plugin[Any] | None
) -> dict[str, Any]:
    known = {one.name for one in plugin.old_names} if plugin is not None else set()
    copy = {}
    for name, inner in value.items():
        member = shape.fields.get(name)
        if member is not None and not member.secret:
            copy[name] = _masked(member.shape, inner)
        elif member is None and name in known and name not in old:
            copy[name] = inner
        else:
            copy[name] = _hidden(inner)
    return copy


def _masked(shape: Shape, value: Any) -> Any:
    if shape.secret:
        return _hidden(value)
    match value:
        case dict() if shape.kind == "record":
            return _masked_record(shape, value, {}, None)
        case dict() if shape.elements is not None:
            return {name: _masked(shape.elements, inner) for name, inner in value.items()}
        case list() | tuple() if shape.elements is not None:
            return [_masked(shape.elements, one) for one in value]
    return value


def _gather(value: Any, path: tuple[str, ...], found: set[str]) -> None:
    match value:
        case str() if not path:
            found.add(value)
        case dict() if not path or path[0] == "*":
            for inner in value.values():
                _gather(inner, path[1:], found)
        case dict():
            _gather(value.get(path[0]), path[1:], found)
        case list() | tuple():
            for inner in value:
                _gather(inner, path[1:], found)


def _hidden(value: Any) -> Any:
    match value:
        case None | "":
            return value
        case dict():
            return {name: _hidden(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_hidden(one) for one in value]
        case str() if _is_whole_reference(value):
            return value
    return MASK


def _is_whole_reference(text: str) -> bool:
    try:
        parse_reference(text)
    except ValueError:
        return False
    return is_reference(text)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


class _PuttingBack:
    """Collects what could not be put back, so that all of it is told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def record(
        self, shape: Shape, value: Mapping[str, Any], stored: Any, at: _Place
    ) -> dict[str, Any]:
        copy = {}
        for name, inner in value.items():
            member, held, place = shape.fields.get(name), _at(stored, (name,)), (*at, name)
            if member is None:
                copy[name] = inner
            elif member.secret:
                copy[name] = self.secret(inner, held, place)
            else:
                copy[name] = self._value(member.shape, inner, held, place)
        return copy

    def secret(self, value: Any, stored: Any, at: _Place) -> Any:
        if value == MASK:
            if stored is None:
                self.problems.append(Problem(written(at), NOTHING_STORED))
            return stored
        return self._inside(value, stored, at, self.secret)

    def _value(self, shape: Shape, value: Any, stored: Any, at: _Place) -> Any:
        if shape.secret:
            return self.secret(value, stored, at)
        if shape.kind == "record" and isinstance(value, Mapping):
            return self.record(shape, value, stored, at)
        inside = shape.elements
        if inside is None:
            return value
        return self._inside(value, stored, at, lambda v, s, a: self._value(inside, v, s, a))

    def _inside(self, value: Any, stored: Any, at: _Place, put: Any) -> Any:
        match value:
            case dict():
                return {
                    name: put(inner, _at(stored, (name,)), (*at, name))
                    for name, inner in value.items()
                }
            case list() | tuple():
                held = stored if isinstance(stored, list | tuple) else ()
                return [
                    put(one, held[n] if n < len(held) else None, (*at, n))
                    for n, one in enumerate(value)
                ]
        return value


def written(at: _Place) -> str:
    """Return a place in a configuration as messages write it: ``config.keys[0]``."""
    return "config" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
