"""Reads the configuration of one plane, all of it as it was at one moment."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, select, tuple_

from gatepost.model import CATALOG
from gatepost.store.database.access import Link
from gatepost.store.database.marks import unique_value
from gatepost.store.database.sealing import Seal
from gatepost.store.database.stored import (
    Changes,
    Page,
    Stored,
    TagFilter,
    Tagged,
    TagPage,
)
from gatepost.store.database.tables import entities, links, removed, tags, uniques


class Reader:
    """The entities of one plane. Kinds are named as in ``CATALOG``; ids are in lower case.

    version: of the plane's configuration. Every method raises Fault (ours) when the database is
    away (``database.unavailable``) or a record is damaged (``database.damaged``).
    """

    def __init__(self, link: Link, seal: Seal, plane: str, version: int, floor: int) -> None:
        self.plane = plane
        self.version = version
        self._floor = floor
        self._link = link
        self._seal = seal

    async def get(self, kind: str, ident: str) -> Stored | None:
        """Return the entity with this id."""
        found = await self._stored(kind, self._bodies(kind).where(entities.c.id == ident))
        return found[0] if found else None

    async def find(
        self, kind: str, field: str, value: str, beside: Mapping[str, str | None] | None = None
    ) -> Stored | None:
        """Return the entity in which a unique field has this value, in any case where it folds.

        beside: the other fields where only several are unique together, such as the upstream of a
        target. Raises ValueError when the fields are not unique.
        """
        about, given = CATALOG[kind], {field: value, **(beside or {})}
        names = next((names for names in about.unique if set(names) == given.keys()), None)
        if names is None:
            raise ValueError(f"{', '.join(given)} of {kind} can be there twice")
        value = unique_value(about, names, given, self._seal)
        same = self._own(uniques, kind) & (uniques.c.field == ",".join(names))
        query = select(uniques.c.id).where(same, uniques.c.value == value)
        ident: str | None = (await self._link.run(query)).scalar()
        return None if ident is None else await self.get(kind, ident)

    async def page(
        self,
        kind: str,
        *,
        size: int,
        after: str | None = None,
        where: tuple[str, str] | None = None,
        tags: TagFilter | None = None,
    ) -> Page:
        """Return up to ``size`` entities in order of their ids, those after the id ``after``.

        where: (field, id), only those that refer to this id there. tags: only those with them.
        """
        query = self._bodies(kind)
        if after is not None:
            query = query.where(entities.c.id > after)
        if where is not None:
            query = query.where(entities.c.id.in_(self._referring_by(kind, *where)))
        if tags is not None:
            query = query.where(*self._tagged(kind, tags))
        found = await self._stored(kind, query.limit(size + 1))
        more = len(found) > size
        return Page(found[:size], found[size - 1].id if more else None)

    async def all(self, kind: str) -> list[Stored]:
        """Return all entities of a kind, in order of their ids."""
        return await self._stored(kind, self._bodies(kind))

    async def changed_since(self, version: int) -> Changes:
        """Return what was saved and removed after a version; costs what has changed.

        Not complete when removals of that time are forgotten, or the version is of the future
        (the database was restored): then load everything.
        """
        if not self._floor <= version <= self.version:
            return Changes(self.version, complete=False, saved=[], removed=[])
        query = (
            select(entities.c.kind, entities.c.id, entities.c.version, entities.c.body)
            .where(entities.c.plane == self.plane, entities.c.version > version)
            .order_by(entities.c.version, entities.c.kind, entities.c.id)
        )
        rows = (await self._link.run(query)).all()
        saved = [(row.kind, self._opened(row.kind, row)) for row in rows]
        there = {(row.kind, row.id) for row in rows}
        gone = (
            select(removed.c.kind, removed.c.id)
            .where(removed.c.plane == self.plane, removed.c.version > version)
            .order_by(removed.c.version, removed.c.kind, removed.c.id)
        )
        keys = [(row.kind, row.id) for row in (await self._link.run(gone)).all()]
        return Changes(self.version, True, saved, [key for key in keys if key not in there])

    async def tags(self, tag: str | None = None, *, size: int, after: str | None = None) -> TagPage:
        """Return which entities have tags, or one tag, in order of tag, kind and id.

        after: what the page before gave as ``next``. Raises ValueError when it is something else.
        """
        place = (tags.c.tag, tags.c.kind, tags.c.id)
        query = select(*place).where(tags.c.plane == self.plane)
        if tag is not None:
            query = query.where(tags.c.tag == tag)
        if after is not None:
            last = after.split("/")  # no tag, kind or id holds one
            if len(last) != len(place):
                raise ValueError("not a place in the tags")
            query = query.where(tuple_(*place) > tuple_(*last))
        rows = (await self._link.run(query.order_by(*place).limit(size + 1))).all()
        found = [Tagged(row.kind, row.id, row.tag) for row in rows]
        last_one = found[size - 1] if len(found) > size else None
        cursor = f"{last_one.tag}/{last_one.entity_name}/{last_one.entity_id}" if last_one else None
        return TagPage(found[:size], cursor)

    def _own(self, table: Table, kind: str) -> ColumnElement[bool]:
        """Only this plane's rows of a kind: no statement goes without it."""
        return and_(table.c.plane == self.plane, table.c.kind == kind)

    def _bodies(self, kind: str) -> Select[Any]:
        query = select(entities.c.id, entities.c.version, entities.c.body)
        return query.where(self._own(entities, CATALOG[kind].name)).order_by(entities.c.id)

    async def _stored(self, kind: str, query: Select[Any]) -> list[Stored]:
        return [self._opened(kind, row) for row in (await self._link.run(query)).all()]

    def _opened(self, kind: str, row: Any) -> Stored:
        body = self._seal.open(row.body, self.plane, kind, row.id)
        return Stored(json.loads(body), row.version)

    def _referring_by(self, kind: str, field: str, ident: str) -> Select[Any]:
        reference = CATALOG[kind].reference(field)
        if reference is None:
            raise ValueError(f"{field} of {kind} refers to nothing")
        target = (links.c.target_kind == reference.kind) & (links.c.target_id == ident)
        return select(links.c.id).where(self._own(links, kind), target, links.c.field == field)

    def _tagged(self, kind: str, wanted: TagFilter) -> list[ColumnElement[bool]]:
        own = select(tags.c.id).where(self._own(tags, kind))
        if wanted.every:
            return [entities.c.id.in_(own.where(tags.c.tag == name)) for name in wanted.names]
        return [entities.c.id.in_(own.where(tags.c.tag.in_(wanted.names)))]
