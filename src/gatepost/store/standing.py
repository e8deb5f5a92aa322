"""What is there already, as a file that is applied to it needs to see it.

Rules of the file: an entity that the file gives no id is the one there with the same name (or
scope, or certificate, ...), so that applying what was dumped changes nothing. Only what the file
is about can be meant that way: with ``select_tags``, only what has all of them.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from gatepost.model import CATALOG, CACertificate, Entity, Snapshot
from gatepost.model.address import host_and_port
from gatepost.model.target import DEFAULT_PORT
from gatepost.store.calling import called
from gatepost.store.flatten import Item, Told
from gatepost.store.layout import LAYOUT
from gatepost.store.masking import PluginForms, put_back
from gatepost.store.selection import Selection

Key = tuple[str, tuple[Any, ...]]


class Current:
    """The configuration that stands, seen from a file. now: unix seconds. apart: kinds that the
    file is not about: all of them stay.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        tags: Iterable[str],
        forms: PluginForms,
        now: int,
        apart: Collection[str] = (),
    ) -> None:
        self._tags, self._forms, self._now = tuple(tags), forms, now
        chosen = Selection(snapshot, self._tags)
        self._ours: dict[str, dict[str, Entity]] = {}
        self.beside: dict[str, tuple[Entity, ...]] = {}
        self._outside: dict[str, set[str]] = {}
        self._named: dict[tuple[str, str], str] = {}
        self._known: dict[Key, list[str]] = {}
        for kind in CATALOG:
            ours = () if kind in apart else chosen.of(kind)
            self._ours[kind] = {entity.id: entity for entity in ours}
            self.beside[kind] = (
                getattr(snapshot, kind) if kind in apart else tuple(chosen.without(kind))
            )
            self._outside[kind] = {entity.id for entity in self.beside[kind]}
            name = LAYOUT[kind].name
            for entity in self.beside[kind]:
                if name and getattr(entity, name) is not None:
                    self._named[kind, _folded(kind, name, getattr(entity, name))] = entity.id
            for entity in self._ours[kind].values():
                for key in _keys(kind, entity.__dict__):
                    self._known.setdefault(key, []).append(entity.id)

    def match(self, item: Item) -> str | None:
        """Return the id of the entity that an item without an id is."""
        for key in _keys(item.kind, item.raw):
            found = self._known.get(key)
            if found:
                # of several with one certificate each is meant once
                return found.pop(0) if len(found) > 1 else found[0]
        return None

    def taken(self, kind: str, ident: str) -> bool:
        """Return whether an entity that is not selected has this id."""
        return ident in self._outside[kind]

    def find(self, kind: str, name: str) -> str | None:
        """Return the id of an entity that is not selected, by its id or name."""
        if name.lower() in self._outside[kind]:
            return name.lower()
        field = LAYOUT[kind].name
        return self._named.get((kind, _folded(kind, field, name))) if field else None

    def complete(self, items: Iterable[Item], told: Told) -> None:
        """Put into items what the file leaves to what stands: masked secrets, times, tags."""
        for item in items:
            stored = self._ours[item.kind].get(item.id)
            if CATALOG[item.kind].secret or item.kind == "plugins":
                self._put_back(item, stored, told)
            self._age(item, stored)
            tags = item.raw.get("tags") or []
            if self._tags and isinstance(tags, list) and item.kind != "consumer_group_consumers":
                item.raw["tags"] = [*tags, *self._tags]

    def let_go(self, items: Iterable[Item]) -> None:
        """Take what the file lets go out of references of entities beside it that may lose it."""
        kept = {(item.kind, item.id) for item in items}
        for kind, about in CATALOG.items():
            for field, of in ((one.field, one.kind) for one in about.references if one.unset):
                gone = {ident for ident in self._ours[of] if (of, ident) not in kept}
                self.beside[kind] = tuple(
                    one.model_copy(update={field: None}) if getattr(one, field) in gone else one
                    for one in self.beside[kind]
                )

    def left_behind(self, items: Iterable[Item]) -> Iterator[str]:
        """Yield a sentence for each entity that would go while one beside the file needs it."""
        kept = {(item.kind, item.id) for item in items}
        known = {
            kind: {one.id: one for one in self.beside[kind]} | self._ours[kind] for kind in CATALOG
        }
        for kind, about in CATALOG.items():
            for reference in about.references:
                ours = self._ours[reference.kind]
                for entity in self.beside[kind]:
                    value = getattr(entity, reference.field)
                    for ident in value if reference.many else (value,):
                        if ident in ours and (reference.kind, ident) not in kept:
                            gone = called(reference.kind, ours[ident], known)
                            yield (
                                f"{gone} would be deleted, but {called(kind, entity, known)}, "
                                "which is not selected, refers to it"
                            )

    def _put_back(self, item: Item, stored: Entity | None, told: Told) -> None:
        body = None if stored is None else stored.model_dump(mode="json")
        missing = list(put_back(item.kind, item.raw, body, self._forms))
        if missing:
            told += [((*item.place, *at), message) for at, message in missing]
            item.unusable = True
        name, config = item.raw.get("name"), item.raw.get("config")
        if item.kind == "plugins" and isinstance(name, str) and isinstance(config, dict):
            item.raw["config"] = self._forms.canonical(name, config)

    def _age(self, item: Item, stored: Entity | None) -> None:
        """Say when an entity was made and changed: as it stands; of a new one, as the file says.

        Zero is what an entity says when nobody knows.
        """
        raw = item.raw
        said = item.aged and bool(raw.get("created_at"))
        if stored is not None:
            if item.kind != "routes" or not said:
                raw["created_at"] = stored.created_at
            raw["updated_at"] = stored.updated_at
            return
        if not said:
            raw["created_at"] = self._now
        raw["updated_at"] = raw.get("updated_at") or self._now


def _keys(kind: str, values: Mapping[str, Any]) -> Iterator[Key]:
    """Yield what an entity of this kind can be known by."""
    if kind == "certificates" and isinstance(values.get("cert"), str):
        yield kind, ("cert", values["cert"].strip())
        return
    if kind == "ca_certificates":
        with contextlib.suppress(ValueError):
            yield kind, ("cert", _digest(values))
        return
    for names in CATALOG[kind].unique:
        if len(names) == 1 and CATALOG[kind].reference(names[0]) is not None:
            continue  # what it refers to may change, and it is still the same
        found = tuple(_folded(kind, name, values.get(name)) for name in names)
        if found[0] is not None and all(isinstance(one, str | None) for one in found):
            yield kind, (names, found)


def _digest(values: Mapping[str, Any]) -> str:
    digest, cert = values.get("cert_digest"), values.get("cert")
    if isinstance(digest, str) and digest:
        return digest.lower()
    made, _ = CACertificate.prepared({"cert": cert})
    return str(made.get("cert_digest", ""))


def _folded(kind: str, name: str, value: Any) -> Any:
    """Return a value in the form in which it is compared."""
    if not isinstance(value, str):
        return value
    if kind == "targets" and name == "target":
        with contextlib.suppress(ValueError):
            host, port = host_and_port(value, DEFAULT_PORT)
            value = f"{host}:{port}"
    return value.lower() if name in CATALOG[kind].folded or kind == "snis" else value
