"""Ids for items that have none, and references by name or id made into ids."""

import hashlib
import json
from typing import Any, Protocol

from gatepost.model import CATALOG, derived_id, nearest
from gatepost.model.address import host_and_port
from gatepost.model.target import DEFAULT_PORT
from gatepost.store.flatten import Item, Told
from gatepost.store.layout import LAYOUT

_NEED_ONE = ("targets", "snis", "service_versions")


class Standing(Protocol):
    """What is there already, beside the file: see ``gatepost.store.standing``."""

    def match(self, item: Item) -> str | None:
        """Return the id of what an item without an id is, when it is there already."""

    def taken(self, kind: str, ident: str) -> bool:
        """Return whether something that is not the file's business has this id."""

    def find(self, kind: str, name: str) -> str | None:
        """Return the id of something beside the file, by id or name."""


class Directory:
    """Who is called what: items by id and by name, kind by kind."""

    def __init__(self, standing: Standing | None = None) -> None:
        self._standing = standing
        self._by_id: dict[tuple[str, str], Item] = {}
        self._by_name: dict[tuple[str, str], Item] = {}

    def add(self, item: Item) -> None:
        """Register an item whose id is known; the first of two with one name keeps it."""
        self._by_id.setdefault((item.kind, item.id), item)
        name = item.raw.get(LAYOUT[item.kind].name or "")
        if isinstance(name, str):
            self._by_name.setdefault((item.kind, _folded(item.kind, name)), item)

    def find(self, kind: str, name: str) -> Item | None:
        """Return the item with this id or name."""
        return self._by_id.get((kind, name.lower())) or self.named(kind, name)

    def named(self, kind: str, name: str) -> Item | None:
        """Return the item with this name."""
        return self._by_name.get((kind, _folded(kind, name)))

    def ident(self, kind: str, name: str, *, by_id: bool = True) -> str | None:
        """Return the id of what has this name (or id), in the file or else beside it."""
        found = self.find(kind, name) if by_id else self.named(kind, name)
        if found is not None:
            return found.id
        return self._standing.find(kind, name) if self._standing is not None else None

    def names(self, kind: str) -> list[str]:
        """Return all names of a kind."""
        return [name for of, name in self._by_name if of == kind]


def identify(items: list[Item], told: Told, standing: Standing | None = None) -> None:
    """Give every item its id and turn its references into ids; tell which lead nowhere.

    standing: what is there already; items without an id take that of what they are.
    """
    directory = Directory(standing)
    by_kind: dict[str, list[Item]] = {kind: [] for kind in LAYOUT}
    for item in items:
        by_kind[item.kind].append(item)
    for group in by_kind.values():
        for item in group:
            _resolve(item, directory, told)
        _name(group, directory, standing)
        for item in group:
            directory.add(item)


def _name(group: list[Item], directory: Directory, standing: Standing | None) -> None:
    """Give each item of one kind its id: its own, that of what it is, or one that is derived."""
    claimed: set[str] = set()
    unnamed: list[Item] = []
    for item in group:
        given = item.raw.get("id")
        if isinstance(given, str):
            item.id = given.lower()
            claimed.add(item.id)
        else:
            unnamed.append(item)
    if standing is not None:
        for item in unnamed:
            found = standing.match(item)
            if found is not None and found not in claimed:
                item.id = found
                claimed.add(found)
    for item in unnamed:
        item.id = item.id or _free(item, directory, claimed, standing)
        if item.raw.get("id") is None:
            item.raw["id"] = item.id


def _free(item: Item, directory: Directory, claimed: set[str], standing: Standing | None) -> str:
    """Return a derived id. What somebody else got under this name, renamed since, stays theirs."""
    key = _key(item, directory)
    found, number = derived_id(item.kind, key), 1
    if standing is not None:
        while found in claimed or standing.taken(item.kind, found):
            number += 1
            found = derived_id(item.kind, f"{key}#{number}")
    return found


def _resolve(item: Item, directory: Directory, told: Told) -> None:
    for reference in CATALOG[item.kind].references:
        field, kind = reference.field, reference.kind
        value = item.raw.get(field)
        if value is not None and reference.many:
            if isinstance(value, list):
                found = [
                    _ident(entry, kind, (*item.place, field, number), directory, told)
                    for number, entry in enumerate(value)
                ]
                item.raw[field] = [ident for ident in found if ident is not None]
        elif value is not None:
            # what cannot be found is told here and left out, so that it is not told twice
            item.raw[field] = _ident(value, kind, (*item.place, field), directory, told)
            item.lost = item.lost or item.raw[field] is None
            if item.raw[field] is None and item.kind in _NEED_ONE:
                item.raw[field] = derived_id(kind, "")
        if item.parent is not None and item.parent[0] == field:
            parent = item.parent[1]
            if value is not None and item.raw[field] not in (None, parent.id):
                told.append(
                    (
                        (*item.place, field),
                        f"names another one than the entry it is nested in; leave '{field}' out",
                    )
                )
            item.raw[field] = parent.id


def _ident(
    value: Any, kind: str, place: tuple[str | int, ...], directory: Directory, told: Told
) -> str | None:
    name_field = LAYOUT[kind].name
    allowed = ["id", *([name_field] if name_field else [])]
    text = value
    if isinstance(value, dict):
        given = [key for key in allowed if isinstance(value.get(key), str)]
        if len(given) != 1 or len(value) != 1:
            told.append((place, f"expected a map with one of: {', '.join(allowed)}"))
            return None
        text = value[given[0]]
        found = directory.ident(kind, text, by_id=given[0] == "id")
    elif isinstance(value, str):
        found = directory.ident(kind, text)
    else:
        told.append((place, f"expected a name or an id, or a map with {' or '.join(allowed)}"))
        return None
    if found is None:
        hint = nearest(text, directory.names(kind))
        told.append((place, f"no entry of {kind} has the name or id '{text}'{hint}"))
        return None
    return found


def _key(item: Item, directory: Directory) -> str:
    raw = item.raw
    if item.kind == "plugins" and isinstance(raw.get("name"), str):
        key = str(raw["name"])
        for field in ("service", "route", "consumer"):
            if raw.get(field):
                owner = directory.find(field + "s", raw[field])
                friendly = owner.raw.get(LAYOUT[owner.kind].name or "") if owner else None
                key += f":{field}/{friendly or raw[field]}"
        return key
    if item.kind == "targets" and isinstance(raw.get("target"), str):
        return f"{raw.get('upstream')}:{_target(raw['target'])}"
    if item.kind == "service_versions" and isinstance(raw.get("version"), str):
        return f"{raw.get('service_package')}:{raw['version']}"
    if item.kind in ("acls", "consumer_group_consumers"):
        return f"{raw.get('consumer')}:{raw.get('group') or raw.get('consumer_group')}"
    if item.kind in ("certificates", "ca_certificates") and isinstance(raw.get("cert"), str):
        return hashlib.sha256(raw["cert"].encode()).hexdigest()
    name = raw.get(LAYOUT[item.kind].name or "")
    if isinstance(name, str) and name:
        return _folded(item.kind, name)
    # nobody named it: what it says is its name, so that it keeps its id until it is changed
    content = {name: value for name, value in raw.items() if name != "created_at"}
    return "content:" + json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)


def _target(text: str) -> str:
    try:
        host, port = host_and_port(text, DEFAULT_PORT)
    except ValueError:
        return text
    return f"{host}:{port}".lower()


def _folded(kind: str, name: str) -> str:
    return name.lower() if kind in ("upstreams", "snis") else name
