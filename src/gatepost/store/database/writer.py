"""Writes the configuration of one plane, within one transaction that has the plane for itself."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from gatepost.model import CATALOG, Entity
from gatepost.store.database.access import Link, Row
from gatepost.store.database.audit import AuditEntry, append, row_of
from gatepost.store.database.conflict import Dangling, Duplicate, Stale
from gatepost.store.database.marks import Marks, marks_of
from gatepost.store.database.reader import Reader
from gatepost.store.database.removal import Place, by_kind, going_with, letting_go
from gatepost.store.database.sealing import Seal
from gatepost.store.database.stored import Removed, Stored
from gatepost.store.database.tables import entities, links, removed, tags, uniques


class Writer(Reader):
    """Reads and writes one plane; what it writes is seen by its own reads at once.

    All changes of one transaction have one version, the next of the plane. After a Conflict the
    transaction can go on. Not for several tasks at the same time.
    """

    def __init__(
        self, link: Link, seal: Seal, plane: str, version: int, floor: int, now: Callable[[], float]
    ) -> None:
        super().__init__(link, seal, plane, version, floor)
        self._now = now
        self.changed = False
        self.removes = False
        self._audited: list[Row] = []  # written together: one statement, not one for each entity

    async def save(self, kind: str, entity: Entity, *, expect: int | None = None) -> Stored:
        """Insert or replace an entity, and return it as it is stored.

        ``updated_at`` becomes now; ``created_at`` is what the entity says, else what was stored,
        else now. expect: the version that the stored entity must have, 0 for none.

        Raises Stale, Duplicate, Dangling.
        """
        before = await self.get(kind, entity.id)
        _expected(expect, before)
        body = self._stamped(entity, before)
        old = marks_of(kind, before.body, self._seal) if before else Marks()
        new = marks_of(kind, body, self._seal)
        await self._refuse_duplicates(kind, entity.id, new.uniques - old.uniques)
        await self._refuse_dangling(new.links - old.links)
        await self._write(kind, body, replaces=before is not None)
        await self._mark(kind, entity.id, old, new)
        return Stored(body, self.version)

    async def remove(self, kind: str, ident: str, *, expect: int | None = None) -> list[Removed]:
        """Delete an entity and what goes with it; return all of that, the entity itself last.
        Before them comes what stays and only loses a reference.

        Nothing happens when it is not there. expect: the version that it must have.

        Raises Stale, Referenced.
        """
        there = await self.get(kind, ident)
        _expected(expect, there)
        if there is None:
            return []
        going = await going_with(self._link, self.plane, (kind, ident))
        self._raise_version()
        self.removes = True
        gone = [
            await self._let_go(place, field)
            for place, field in await letting_go(self._link, self.plane, going)
        ]
        for name, idents in by_kind(going):
            own = and_(self._own(entities, name), entities.c.id.in_(idents))
            stored = await self._stored(name, self._bodies(name).where(own))
            gone += [Removed(name, one.id, one.body) for one in stored]
            await self._link.run(delete(entities).where(own))
            again = and_(self._own(removed, name), removed.c.id.in_(idents))
            await self._link.run(delete(removed).where(again))
            rows = [
                {"plane": self.plane, "kind": name, "id": one.id, "version": self.version}
                for one in stored
            ]
            await self._link.run(insert(removed), rows)
        # of its own kind only the entity itself goes
        return gone

    async def _let_go(self, place: Place, field: str) -> Removed:
        kind, ident = place
        before = await self.get(kind, ident)
        if before is None:
            raise LookupError(f"a link of {kind} {ident}, which is not there")
        body = {**before.body, field: None, "updated_at": int(self._now())}
        await self._write(kind, body, replaces=True)
        old, new = (marks_of(kind, one, self._seal) for one in (before.body, body))
        await self._mark(kind, ident, old, new)
        return Removed(kind, ident, before.body, Stored(body, self.version))

    async def audit(self, entry: AuditEntry) -> None:
        """Write down what is done, as part of it: both are there, or neither."""
        self._audited.append(row_of(entry, plane=self.plane, at=self._now()))

    async def end(self) -> None:
        """Write down what was kept for the end. Once, as the last thing of the transaction."""
        await append(self._link, self._audited)

    def _raise_version(self) -> None:
        if not self.changed:
            self.changed = True
            self.version += 1

    def _stamped(self, entity: Entity, before: Stored | None) -> dict[str, Any]:
        now = int(self._now())
        created = entity.created_at or (before.body["created_at"] if before else 0) or now
        content = {**entity.model_dump(), "created_at": created, "updated_at": now}
        # there and back: what is returned now is what is read later
        body: dict[str, Any] = json.loads(json.dumps(content, allow_nan=False))
        return body

    async def _refuse_duplicates(
        self, kind: str, ident: str, wanted: frozenset[tuple[str, str]]
    ) -> None:
        if not wanted:
            return
        same = [and_(uniques.c.field == field, uniques.c.value == value) for field, value in wanted]
        query = select(uniques.c.field, uniques.c.id).where(self._own(uniques, kind), or_(*same))
        taken = {row.field: row.id for row in (await self._link.run(query)).all()}
        for names in CATALOG[kind].unique:
            other = taken.get(",".join(names), ident)
            if other != ident:
                raise Duplicate(kind, names, other)

    async def _refuse_dangling(self, wanted: frozenset[tuple[str, str, str]]) -> None:
        if not wanted:
            return
        targets = {(kind, ident) for _, kind, ident in wanted}
        there = or_(
            *(and_(entities.c.kind == kind, entities.c.id == ident) for kind, ident in targets)
        )
        query = select(entities.c.kind, entities.c.id).where(entities.c.plane == self.plane, there)
        known = {(row.kind, row.id) for row in (await self._link.run(query)).all()}
        for field, kind, ident in sorted(wanted):
            if (kind, ident) not in known:
                raise Dangling(field, kind, ident)

    async def _write(self, kind: str, body: dict[str, Any], *, replaces: bool) -> None:
        self._raise_version()
        text = json.dumps(body, separators=(",", ":")).encode()
        values = {
            "version": self.version,
            "created_at": body["created_at"],
            "updated_at": body["updated_at"],
            "body": self._seal.close(text, self.plane, kind, body["id"]),
        }
        own = and_(self._own(entities, kind), entities.c.id == body["id"])
        if replaces:
            await self._link.run(update(entities).where(own).values(**values))
        else:
            place = {"plane": self.plane, "kind": kind, "id": body["id"]}
            await self._link.run(insert(entities), {**place, **values})

    async def _mark(self, kind: str, ident: str, old: Marks, new: Marks) -> None:
        place = {"plane": self.plane, "kind": kind, "id": ident}
        for table, before, after in zip(
            (uniques, links, tags), old.rows(), new.rows(), strict=True
        ):
            if before == after:
                continue
            if before:
                own = and_(self._own(table, kind), table.c.id == ident)
                await self._link.run(delete(table).where(own))
            if after:
                await self._link.run(insert(table), [{**place, **row} for row in after])


def _expected(expect: int | None, stored: Stored | None) -> None:
    now = stored.version if stored else 0
    if expect is not None and expect != now:
        raise Stale(now)
