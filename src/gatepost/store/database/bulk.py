"""Many entities of one kind written or deleted at once: the promises of a Writer, in fewer words.

Ten thousand routes one by one are seventy thousand statements; here they are some hundreds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, delete, insert, select, update

from gatepost.model import CATALOG, Entity
from gatepost.store.database.conflict import Dangling, Duplicate, Referenced
from gatepost.store.database.marks import Marks, marks_of
from gatepost.store.database.stored import Removed, Stored
from gatepost.store.database.tables import entities, links, removed, tags, uniques
from gatepost.store.database.writer import Writer

_AT_ONCE = 500  # values in one statement; databases bound how many there may be

T = TypeVar("T")


async def save_all(
    writer: Writer, kind: str, wanted: Sequence[Entity]
) -> list[tuple[Stored | None, Stored]]:
    """Insert or replace entities of one kind; return each as it was and as it is stored.

    Their times stay what they say, so that a whole installation can be brought back as it was;
    zero is now. Names may change hands between them. No id may be there twice.
    Raises Duplicate, Dangling; then the transaction must be given up.
    """
    if not wanted:
        return []
    before = await _stored(writer, kind, [one.id for one in wanted])
    bodies = [_body(writer, one) for one in wanted]
    old = {ident: marks_of(kind, one.body, writer._seal) for ident, one in before.items()}
    new = {body["id"]: marks_of(kind, body, writer._seal) for body in bodies}
    await _refuse_duplicates(writer, kind, old, new)
    await _refuse_dangling(writer, old, new)
    writer._raise_version()
    await _write(writer, kind, bodies, before)
    await _mark(writer, kind, old, new)
    return [(before.get(body["id"]), Stored(body, writer.version)) for body in bodies]


async def remove_all(writer: Writer, kind: str, idents: Sequence[str]) -> list[Removed]:
    """Delete entities of one kind, to which nothing may refer any more; return what they were.

    Raises Referenced; then the transaction must be given up.
    """
    there = await _stored(writer, kind, idents)
    if not there:
        return []
    writer._raise_version()
    writer.removes = True
    for some in _pieces(sorted(there)):
        held = select(links.c.kind, links.c.id, links.c.target_id).where(
            links.c.plane == writer.plane, links.c.target_kind == kind, links.c.target_id.in_(some)
        )
        row = (await writer._link.run(held.limit(1))).one_or_none()
        if row is not None:
            raise Referenced(kind, row.target_id, row.kind, row.id)
        for table in (entities, removed):  # what was removed before, and made again, is there twice
            own = and_(writer._own(table, kind), table.c.id.in_(some))
            await writer._link.run(delete(table).where(own))
        place = {"plane": writer.plane, "kind": kind, "version": writer.version}
        await writer._link.run(insert(removed), [{**place, "id": ident} for ident in some])
    return [Removed(kind, one.id, one.body) for one in there.values()]


async def _stored(writer: Writer, kind: str, idents: Sequence[str]) -> dict[str, Stored]:
    found: list[Stored] = []
    for some in _pieces(idents):
        query = writer._bodies(kind).where(entities.c.id.in_(some))
        found += await writer._stored(kind, query)
    return {one.id: one for one in found}


def _body(writer: Writer, entity: Entity) -> dict[str, Any]:
    now = int(writer._now())
    content = entity.model_dump()
    content["created_at"] = content["created_at"] or now
    content["updated_at"] = content["updated_at"] or now
    body: dict[str, Any] = json.loads(json.dumps(content, allow_nan=False))
    return body


async def _refuse_duplicates(
    writer: Writer, kind: str, old: dict[str, Marks], new: dict[str, Marks]
) -> None:
    wanted = {
        mark: ident
        for ident, marks in new.items()
        for mark in marks.uniques - old.get(ident, Marks()).uniques
    }
    counted = Counter(mark for marks in new.values() for mark in marks.uniques)
    for (field, _), count in counted.items():
        if count > 1:
            raise Duplicate(kind, tuple(field.split(",")), "")
    for some in _pieces(sorted({value for _, value in wanted})):
        query = select(uniques.c.field, uniques.c.value, uniques.c.id)
        query = query.where(writer._own(uniques, kind), uniques.c.value.in_(some))
        for row in (await writer._link.run(query)).all():
            # whoever is written now has only the names that it has then
            if (row.field, row.value) in wanted and row.id not in new:
                raise Duplicate(kind, tuple(row.field.split(",")), row.id)


async def _refuse_dangling(writer: Writer, old: dict[str, Marks], new: dict[str, Marks]) -> None:
    wanted = {
        (kind, target): field
        for ident, marks in new.items()
        for field, kind, target in marks.links - old.get(ident, Marks()).links
    }
    for kind in CATALOG:
        targets = sorted(target for of, target in wanted if of == kind)
        for some in _pieces(targets):
            query = select(entities.c.id)
            query = query.where(writer._own(entities, kind), entities.c.id.in_(some))
            known = {row.id for row in (await writer._link.run(query)).all()}
            for target in some:
                if target not in known:
                    raise Dangling(wanted[kind, target], kind, target)


async def _write(
    writer: Writer, kind: str, bodies: Iterable[dict[str, Any]], before: dict[str, Stored]
) -> None:
    fresh: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for body in bodies:
        text = json.dumps(body, separators=(",", ":")).encode()
        values = {
            "version": writer.version,
            "created_at": body["created_at"],
            "updated_at": body["updated_at"],
            "body": writer._seal.close(text, writer.plane, kind, body["id"]),
        }
        if body["id"] in before:
            again.append({"this": body["id"], **values})
        else:
            fresh.append({"plane": writer.plane, "kind": kind, "id": body["id"], **values})
    if fresh:
        await writer._link.run(insert(entities), fresh)
    if again:
        own = and_(writer._own(entities, kind), entities.c.id == bindparam("this"))
        names = ("version", "created_at", "updated_at", "body")
        change = update(entities).where(own).values({name: bindparam(name) for name in names})
        await writer._link.run(change, again)


async def _mark(writer: Writer, kind: str, old: dict[str, Marks], new: dict[str, Marks]) -> None:
    for number, table in enumerate((uniques, links, tags)):
        rows: list[dict[str, Any]] = []
        gone: list[str] = []
        for ident, marks in new.items():
            was = old.get(ident, Marks()).rows()[number]
            after = marks.rows()[number]
            if was != after:
                place = {"plane": writer.plane, "kind": kind, "id": ident}
                rows += [{**place, **row} for row in after]
                gone += [ident] if was else []
        for some in _pieces(gone):
            await writer._link.run(
                delete(table).where(writer._own(table, kind), table.c.id.in_(some))
            )
        if rows:
            await writer._link.run(insert(table), rows)


def _pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
