"""Where a stored secret would be sent, and whether a write would let it go somewhere else.

Who may write a configuration but not read its secrets could point it at a server of their own and
let the mask stand: the next call would bring them the secret. So a mask keeps a secret only where
it has been.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.plugin.masking import old_secrets, written
from gatepost.plugin.plugin import Plugin
from gatepost.plugin.problems import Problem
from gatepost.plugin.shape import Shape, shape_of
from gatepost.values.secret import MASK

_NAME = re.compile(
    r"(?:^|_)(?:issuer|endpoint|jwks_uris?|url|host|ip|port|proxy|nodes|server_name|ssl|ssl_verify)$"
)
_Place = tuple[str | int, ...]


@functools.cache
def destinations(plugin: Plugin[Any]) -> frozenset[tuple[str, ...]]:
    """Return the fields that say where a plugin's calls go, and how well that is proven.

    They are known by their names: those of Kong's plugins, which plugins here share.
    """
    return frozenset(_destinations(shape_of(plugin.Config), ()))


def sent_elsewhere(
    plugin: Plugin[Any], given: Mapping[str, Any], stored: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Problem]:
    """Return a problem for each mask that would let what is stored be sent to another place.

    given: a configuration as it was written, with its masks; stored and new: canonical ones. A
    secret goes where the fields beside it say; where there are none, those of the record around.
    """
    problems = []
    for place in _masks(given, ()):
        steps = old_secrets(plugin).get(str(place[0])) if len(place) == 1 else None
        moved = _moved(plugin, steps or place, stored, new)
        if moved is not None:
            problems.append(
                Problem(
                    written(place),
                    f"what is stored would be sent elsewhere, because {moved} changes; write the "
                    "secret itself, or let an administrator do it",
                )
            )
    return problems


def _moved(plugin: Plugin[Any], place: _Place, stored: Any, new: Any) -> str | None:
    """Return the destination of a secret that changes; None when none does."""
    names = tuple(step for step in place if isinstance(step, str))
    for depth in range(len(names) - 1, -1, -1):
        beside = sorted(one for one in destinations(plugin) if one[:-1] == names[:depth])
        if beside:
            changed = [one for one in beside if _at(stored, one) != _at(new, one)]
            return written(changed[0]) if changed else None
    return None


def _destinations(shape: Shape, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, member in shape.fields.items():
        place = (*at, name)
        if _NAME.search(name):
            yield place
        elif member.shape.kind == "record":
            yield from _destinations(member.shape, place)


def _masks(value: Any, at: _Place) -> Iterator[_Place]:
    if value == MASK:
        yield at
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _masks(inner, (*at, name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _masks(inner, (*at, number))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
