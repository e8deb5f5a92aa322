"""The nested file as a flat list of items, each knowing where it stood and what it stood in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gatepost.model import nearest
from gatepost.store.layout import ABOUT, LATER, LAYOUT, VERSION
from gatepost.store.problem import Place

Told = list[tuple[Place, str]]


@dataclass(slots=True, eq=False)
class Item:
    """One entity as written, without what nests in it. parent: (field, item) it belongs to.

    lost: one of its references leads nowhere. unusable: something in it that was told already
    keeps it from being made. aged: the file says when the route was made.
    """

    kind: str
    raw: dict[str, Any]
    place: Place
    parent: tuple[str, "Item"] | None = None
    id: str = field(default="")
    lost: bool = False
    unusable: bool = False
    aged: bool = True


def flatten(data: Any, told: Told) -> list[Item]:
    """Return every entity of a file, in the order of the file; tell what is out of shape."""
    if data is None:
        told.append(((), f'the file is empty; it needs at least _format_version: "{VERSION}"'))
        return []
    if not isinstance(data, dict):
        told.append(((), "expected a map of services, routes, plugins, ..."))
        return []
    _check_version(data, told)
    _check_about(data, told)
    items: list[Item] = []
    for key, value in data.items():
        if key in LAYOUT:
            items += _items(key, value, (key,), None, told)
        elif key in LATER:
            if value not in (None, [], {}):
                told.append(((key,), "not supported yet; leave it out"))
        elif key not in ABOUT:
            hint = nearest(key, [*LAYOUT, *LATER, *ABOUT])
            told.append(((key,), f"unknown field{hint}"))
    position = 0
    for item in items:
        if item.kind == "routes":
            position += 1
            # Kong has the time of creation here; a file has its order
            if item.raw.get("created_at") is None:
                item.raw["created_at"], item.aged = position, False
    return items


def _items(
    kind: str, value: Any, place: Place, parent: tuple[str, Item] | None, told: Told
) -> Iterator[Item]:
    if value is None:
        return
    if not isinstance(value, list):
        told.append((place, "expected an array"))
        return
    nested = LAYOUT[kind].nested
    for number, written in enumerate(value):
        entry = written
        at = (*place, number)
        if parent is not None:
            entry = _short(kind, entry)
        if not isinstance(entry, dict):
            told.append((at, "expected a map"))
            continue
        item = Item(kind, dict(entry), at, parent)
        for extra in ("_comment", "_ignore"):
            item.raw.pop(extra, None)
        inner = [(key, item.raw.pop(key)) for key in nested if key in item.raw]
        yield item
        for key, entries in inner:
            inner_kind, back = nested[key]
            yield from _items(inner_kind, entries, (*at, key), (back, item), told)


def _short(kind: str, entry: Any) -> Any:
    """Return an entry that nests in another one, written out: a name alone, a group of decK's."""
    if kind == "snis" and isinstance(entry, str):
        return {"name": entry}
    if kind == "consumer_group_consumers":
        if isinstance(entry, str):
            return {"consumer_group": entry}
        if isinstance(entry, dict) and "name" in entry and "consumer_group" not in entry:
            return {"consumer_group" if key == "name" else key: v for key, v in entry.items()}
    return entry


def _check_version(data: dict[str, Any], told: Told) -> None:
    version = data.get("_format_version")
    if isinstance(version, float):
        version = str(version)
    if version is None:
        told.append(
            ((), f'required field missing: _format_version; write _format_version: "{VERSION}"')
        )
    elif version in ("1.1", "2.1"):
        advice = "convert the file with decK, or by hand: a regex in paths starts with '~'"
        told.append((("_format_version",), f"only {VERSION} is read, not {version}; {advice}"))
    elif version != VERSION:
        told.append((("_format_version",), f'expected "{VERSION}"'))


def _check_about(data: dict[str, Any], told: Told) -> None:
    info = data.get("_info")
    if info is not None and not isinstance(info, dict):
        told.append((("_info",), "expected a map"))
    elif info:
        for key in ("defaults", "consumer_group_policy_overrides"):
            if info.get(key):
                told.append(
                    (("_info", key), "not supported yet; write the values where they apply")
                )
    if data.get("_workspace") not in (None, "default"):
        told.append((("_workspace",), "workspaces are not supported yet; leave it out"))
    if not isinstance(data.get("_transform"), bool | None):
        told.append((("_transform",), "expected a boolean"))
