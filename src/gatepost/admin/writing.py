"""Writes of entities: create, replace or create, merge, delete; each within one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from gatepost.admin.ask import Ask, now
from gatepost.admin.caller import Role
from gatepost.admin.changes import changed
from gatepost.admin.drafting import draft
from gatepost.admin.looking import Within, as_key, is_id, look
from gatepost.admin.plugin_config import merged_config
from gatepost.admin.problem import (
    Refused,
    duplicate,
    foreign_missing,
    primary_key_violation,
    referenced,
    schema_violation,
    stale,
)
from gatepost.admin.reach import of_plugin, of_route
from gatepost.model import CATALOG, Entity, Violation
from gatepost.model.schema import entity_schema
from gatepost.model.shape import from_kong
from gatepost.store.database import (
    Dangling,
    Duplicate,
    Referenced,
    Stale,
    Stored,
    Writer,
)
from gatepost.values.secret import MASK

Data = Mapping[str, Any]
_URL = ("protocol", "host", "port", "path")


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes for one request. Every method raises Refused; the transaction is then undone.

    kinds: of what has been written so far.
    """

    ask: Ask
    writer: Writer
    kinds: set[str] = field(default_factory=set)

    async def insert(self, kind: str, data: Data, *, expect: bool = True) -> Stored:
        """Create an entity. data: Kong's shape, an id only where its owner chose one.

        expect: the request's If-Match is about this entity.
        """
        given = dict(data)
        if given.get("id") is None:
            given["id"] = str(uuid4())
        version = self.ask.must_fit(None) if expect else None
        return await self._save(kind, given, None, version, fresh=True)

    async def replace(self, kind: str, text: str, data: Data, within: Within | None) -> Stored:
        """Create or replace the entity that a path names by its id or key."""
        stored = await look(self.writer, kind, text, None if is_id(text) else within)
        given = dict(data)
        if is_id(text):
            given["id"] = text.lower()
        else:
            key = CATALOG[kind].key
            if key is not None:
                given[key] = as_key(kind, text)
            if stored is not None or given.get("id") is None:
                given["id"] = stored.id if stored else str(uuid4())
        return await self._save(kind, given, stored, self.ask.must_fit(stored))

    async def merge(self, kind: str, stored: Stored, data: Data, *, expect: bool = True) -> Stored:
        """Change the fields that are given; records are merged, all else is replaced.

        expect: the request's If-Match is about this entity.
        """
        change = {name: value for name, value in from_kong(kind, data).items() if name != "id"}
        if kind == "plugins":
            change = merged_config(self.ask.control.registry, stored.body, change)
        given = merged(kind, stored.body, change)
        version = self.ask.must_fit(stored) if expect else None
        return await self._save(kind, given, stored, version)

    async def remove(self, kind: str, stored: Stored) -> None:
        """Delete an entity and what goes with it."""
        await self.writer_removes(kind, stored, self.ask.must_fit(stored))

    async def writer_removes(self, kind: str, stored: Stored, expect: int | None = None) -> None:
        """Delete without a look at what the request expects to find."""
        try:
            gone = await self.writer.remove(kind, stored.id, expect=expect)
        except Stale as conflict:
            raise stale(conflict.now or None) from None
        except Referenced as conflict:
            raise referenced(conflict.kind, conflict.by_kind) from None
        for one in gone:
            self.kinds.add(one.kind)
            before = Stored(one.body, stored.version if one.id == stored.id else 0)
            action = "delete" if one.after is None else "update"
            await changed(self.writer, self.ask.caller, action, one.kind, before, one.after)

    async def _save(
        self, kind: str, given: Data, stored: Stored | None, expect: int | None, fresh: bool = False
    ) -> Stored:
        if expect not in (None, 0) and (stored is None or stored.version != expect):
            raise stale(stored.version if stored else None)
        given = _stamped(kind, given, stored)
        before = stored.body if stored else None
        registry, admin = self.ask.control.registry, self.ask.caller.role >= Role.ADMIN
        entity = await draft(self.writer, registry, kind, given, before, may_move=admin)
        await self._must_be_reachable(kind, entity, new=stored is None)
        try:
            after = await self.writer.save(kind, entity, expect=0 if fresh else expect)
        except Stale as conflict:
            raise (
                primary_key_violation(entity.id) if fresh else stale(conflict.now or None)
            ) from None
        except Duplicate as conflict:
            raise _taken(kind, conflict, entity) from None
        except Dangling as conflict:
            raise foreign_missing(conflict.field, conflict.kind, conflict.id) from None
        self.kinds.add(kind)
        action = "update" if stored else "create"
        await changed(self.writer, self.ask.caller, action, kind, stored, after)
        return after

    async def _must_be_reachable(self, kind: str, entity: Entity, *, new: bool) -> None:
        found: list[Violation] = []
        if kind == "plugins":
            found = await of_plugin(self.writer, entity.model_dump())
        elif kind == "routes":
            restricted = await self.ask.control.restricted.of(self.writer)
            found = await of_route(self.writer, restricted, entity.model_dump(), new=new)
        if found:
            raise schema_violation(found)


def merged(kind: str, stored: Data, change: Data) -> dict[str, Any]:
    """Return an entity's data with a change laid over it. Only records are merged, as in Kong."""
    base = dict(stored)
    if kind == "services" and change.get("url") is not None:
        for name in _URL:  # the shorthand replaces all that it stands for
            base.pop(name)
    records = {
        name
        for field in entity_schema(kind)["fields"]
        for name, about in field.items()
        if about["type"] == "record" and (kind, name) != ("plugins", "config")
    }
    for name, value in change.items():
        held = base.get(name)
        both = isinstance(held, Mapping) and isinstance(value, Mapping)
        base[name] = _laid_over(held, value) if name in records and both else value
    return base


def _laid_over(held: Any, value: Any) -> dict[str, Any]:
    return {**held, **value}


def _stamped(kind: str, given: Data, stored: Stored | None) -> dict[str, Any]:
    """Return data with its times: a target is known to the millisecond, as in Kong."""
    stamped = dict(given)
    stamped.pop("updated_at", None)
    if stamped.get("created_at") is None:
        stamped.pop("created_at", None)
        if kind == "targets" and stored is None:
            stamped["created_at"] = round(now(), 3)
    return stamped


def _taken(kind: str, conflict: Duplicate, entity: Entity) -> Refused:
    about, values = CATALOG[kind], {}
    for name in sorted(conflict.fields):
        value = getattr(entity, name)
        if name in about.secret:
            value = MASK
        elif about.reference(name) is not None and value is not None:
            value = {"id": value}
        values[name] = value
    return duplicate(values)
