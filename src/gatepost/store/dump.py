"""A Snapshot as ``kong.yaml``: nested as Kong's tools write it, defaults left out, sorted.

Rules of the file: ``read`` of what is written gives what was dumped. References are names where
there is one. An id is written only when asked for, or where leaving it out would lose something:
see ``must_keep_id``. Routes stand in the order of their age, which breaks ties between them; if
the order of the file alone would say something else, every route has its ``created_at``.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gatepost.model import CATALOG, KINDS, Entity, Route, Snapshot, derived_id
from gatepost.store.layout import LAYOUT, VERSION
from gatepost.store.masking import PlainForms, PluginForms, hidden
from gatepost.store.selection import Selection
from gatepost.store.ties import settled, twins
from gatepost.store.yaml_out import yaml_text

_TIMES = ("created_at", "updated_at")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
# kind -> (key in its holder, kind of the holder, field that refers to it)
_HOLDERS: dict[str, list[tuple[str, str, str]]] = {}
for _holder, _about in LAYOUT.items():
    for _key, (_kind, _back) in _about.nested.items():
        _HOLDERS.setdefault(_kind, []).append((_key, _holder, _back))


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is written.

    with_id: with every id and time, so that what is read is the same to the last bit. reveal:
    with secrets; otherwise ``{masked}`` stands for each. select_tags: only entities that have all.
    """

    with_id: bool = False
    reveal: bool = False
    select_tags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    """One entity on its way into the file. inside: (key, entry, field that refers to it)."""

    kind: str
    entity: Entity
    inside: "tuple[str, _Entry, str] | None" = None
    fields: dict[str, Any] = field(default_factory=dict)
    nested: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a field of the entity, None when it has no such field."""
        return getattr(self.entity, name, None)

    @property
    def written(self) -> dict[str, Any]:
        """What stands in the file, its own fields first."""
        return self.fields | {key: self.nested[key] for key in sorted(self.nested)}


_Entries = dict[str, dict[str, _Entry]]


def dump(
    snapshot: Snapshot, options: Options | None = None, forms: PluginForms | None = None
) -> str:
    """Return the configuration as the text of a ``kong.yaml``.

    forms: knows which fields of a plugin's configuration are secret; without it none is.
    """
    return yaml_text(tree(snapshot, options or Options(), forms or PlainForms()))


def tree(snapshot: Snapshot, options: Options, forms: PluginForms) -> dict[str, Any]:
    """Return the file as plain values."""
    chosen = Selection(snapshot, options.select_tags)
    entries: _Entries = {
        kind: {entity.id: _Entry(kind, entity) for entity in chosen.of(kind)} for kind in LAYOUT
    }
    writer = _Writer(snapshot, options, forms)
    for group in entries.values():
        for entry in group.values():
            entry.inside = _home(entry, entries)
            entry.fields = writer.fields(entry)
    for group in entries.values():
        for entry in group.values():
            if options.with_id or writer.must_keep_id(entry):
                entry.fields = {"id": entry.entity.id, **entry.fields}
    if not options.with_id:
        _write_ages(entries)
    return _head(options) | _nested(entries)


def _head(options: Options) -> dict[str, Any]:
    head: dict[str, Any] = {"_format_version": VERSION}
    if options.select_tags:
        head["_info"] = {"select_tags": sorted(set(options.select_tags))}
    return head


def _home(entry: _Entry, entries: _Entries) -> tuple[str, _Entry, str] | None:
    """Return where an entry nests, None for the top of the file."""
    holders = [
        (key, holder, back)
        for key, holder, back in _HOLDERS.get(entry.kind, ())
        if entry.value(back) is not None
    ]
    if len(holders) != 1:
        return None  # of several scopes none is more at home than the others
    key, holder, back = holders[0]
    found = entries[holder].get(entry.value(back))
    return (key, found, back) if found is not None else None


def _write_ages(entries: _Entries) -> None:
    """Write the ages of all routes if the order of the file does not say enough."""
    ranks = sorted(entries["services"].values(), key=_rank)
    places = {entry.entity.id: number for number, entry in enumerate(ranks)}
    # as the reader meets them: those of each service, then the others
    order = sorted(
        entries["routes"].values(),
        key=lambda entry: places.get(entry.value("service"), len(places)),
    )
    routes = [entry.entity for entry in order if isinstance(entry.entity, Route)]
    if settled(routes):
        return
    same = twins(routes)
    for entry in order:
        entry.fields["created_at"] = entry.value("created_at")
        if entry.entity.id in same:
            entry.fields = {"id": entry.entity.id, **entry.fields}


def _nested(entries: _Entries) -> dict[str, Any]:
    """Put each entry into the one it belongs to, and the rest at the top."""
    top: dict[str, list[dict[str, Any]]] = {}
    # from the leaves up: an entry is written when all that belongs in it is there
    for kind in reversed(LAYOUT):
        group = list(entries[kind].values())
        for entry in group if kind == "routes" else sorted(group, key=_rank):
            if entry.inside is None:
                top.setdefault(kind, []).append(entry.written)
            else:
                key, holder, _ = entry.inside
                holder.nested.setdefault(key, []).append(entry.written)
    return {kind: top[kind] for kind in LAYOUT if kind in top}


def _rank(entry: _Entry) -> tuple[str, str, str]:
    """Return what an entry is sorted by: what people call it."""
    known = entry.value(LAYOUT[entry.kind].name or "")
    if entry.kind == "plugins":
        return str(entry.value("name")), str(known or ""), entry.entity.id
    known = known or entry.value("group") or entry.value("custom_id") or ""
    shown = entry.fields.get("name") or entry.fields.get("cert") or ""
    return str(known), str(shown), entry.entity.id


class _Writer:
    """Turns entities into entries; remembers which were referred to by id."""

    def __init__(self, snapshot: Snapshot, options: Options, forms: PluginForms) -> None:
        self._options, self._forms = options, forms
        self._all = {
            kind: {entity.id: entity for entity in getattr(snapshot, kind)} for kind in KINDS
        }
        self._by_id: set[tuple[str, str]] = set()
        self._salted = {one.consumer for one in snapshot.basicauth_credentials}
        certs = Counter(one.cert for one in snapshot.certificates)
        self._twice = {cert for cert, count in certs.items() if count > 1}

    def fields(self, entry: _Entry) -> dict[str, Any]:
        """Return what is written of an entity beside its id and what nests in it."""
        kind, back = entry.kind, entry.inside[2] if entry.inside else None
        body = entry.entity.model_dump(mode="json")
        if not self._options.reveal:
            body = hidden(kind, body, self._forms)
        defaults, named = _defaults(kind), LAYOUT[kind].name or "name"
        fields = {}
        for name in sorted(body, key=lambda name: (name != named, name != "name")):
            value = body[name]
            if name in ("id", back) or value is None:
                continue
            if name in _TIMES:
                if self._options.with_id:
                    fields[name] = value  # zero too: left out, it would be the time of writing
            elif value != defaults.get(name, ...):
                fields[name] = self._reference(kind, name, value)
        if kind == "consumer_group_consumers" and back is not None:
            fields = {"name": fields.pop("consumer_group"), **fields}
        elif kind == "ca_certificates" and fields["cert_digest"].islower():
            del fields["cert_digest"]  # worked out again
        return fields

    def must_keep_id(self, entry: _Entry) -> bool:
        """Return whether an id is written although nobody asked.

        Without it, nobody could refer to the entity, or find it again (it has no name, or its
        name is a hidden secret), or the hash of a password would no longer fit.
        """
        match entry.kind:
            case "services" | "routes" | "key_sets":
                lost = entry.value("name") is None
            case "certificates":
                lost = entry.value("cert") in self._twice
            case "keyauth_credentials":
                lost = not self._options.reveal
            case "consumers":
                other = derived_id("consumers", entry.value("username") or "")
                lost = entry.entity.id in self._salted and other != entry.entity.id
            case _:
                lost = False
        return lost or (entry.kind, entry.entity.id) in self._by_id

    def _reference(self, kind: str, name: str, value: Any) -> Any:
        reference = CATALOG[kind].reference(name)
        if reference is None:
            return value
        if reference.many:
            return [self._named(reference.kind, ident) for ident in value]
        return self._named(reference.kind, value)

    def _named(self, kind: str, ident: str) -> Any:
        field = LAYOUT[kind].name
        name = getattr(self._all[kind].get(ident), field, None) if field else None
        if name is None:
            self._by_id.add((kind, ident))
            return ident
        # a name that looks like an id would be taken for one
        return {field: name} if _UUID.fullmatch(name) else name


@cache
def _defaults(kind: str) -> dict[str, Any]:
    """Return the default of each field that has one, as plain values."""
    entity = KINDS[kind]
    fields = entity.model_fields.items()
    whole = entity.model_construct(
        **{
            name: about.get_default(call_default_factory=True)
            for name, about in fields
            if not about.is_required()
        }
    )
    return whole.model_dump(mode="json", warnings=False)
