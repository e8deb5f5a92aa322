"""What became of single requests, the newest of each plane; sealed, because claims are in it.

Beside what is sealed stands what can be searched for: ids, the outcome, the reason and the mark.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, delete, or_, select

from gatepost.store.database.access import Access
from gatepost.store.database.sealing import Seal
from gatepost.store.database.tables import traces

FIELDS = ("route", "service", "consumer", "outcome", "code", "status", "mark", "node")
"""What can be searched for."""
_SEARCHED = tuple(name for name in FIELDS if name != "node")


@dataclass(frozen=True, slots=True)
class Traced:
    """One request. at: seconds since 1970. found: values of FIELDS but the node.

    summary: what a list shows. detail: the story of the decision, None where it is not known.
    ended: whether the request had ended when this was told.
    """

    id: str
    node: str
    at: float
    found: Mapping[str, Any]
    summary: Mapping[str, Any] = field(repr=False)
    detail: Mapping[str, Any] | None = field(default=None, repr=False)
    ended: bool = True


class Traces:
    """Keeps traces of all planes."""

    def __init__(self, access: Access, seal: Seal) -> None:
        self._access = access
        self._seal = seal

    async def add(self, plane: str, some: Sequence[Traced]) -> None:
        """Keep them; of a request that is there already, what is told now is added.

        Of one that had not ended the detail alone is told; whoever tells its end may be earlier.
        """
        running = {(one.id, one.node): one for one in some if not one.ended}
        ended = {(one.id, one.node): one for one in some if one.ended}
        columns = ("at", *_SEARCHED, "summary")
        kinds = (
            (list(running.values()), ("detail",)),
            ([one for one in ended.values() if one.detail is None], columns),
            ([one for one in ended.values() if one.detail is not None], (*columns, "detail")),
        )
        async with self._access.writing(f"traces {plane}") as link:
            for rows, change in kinds:
                if rows:
                    await link.put_all(traces, [self._row(plane, one) for one in rows], change)

    async def find(
        self,
        plane: str,
        where: Mapping[str, Any],
        *,
        before: tuple[float, str] | None = None,
        limit: int = 50,
    ) -> list[Traced]:
        """Return the newest without their details. where: values of FIELDS. before: (at, id)."""
        query = select(*(one for one in traces.c if one.name != "detail"))
        query = query.where(traces.c.plane == plane)
        for name, value in where.items():
            query = query.where(traces.c[name] == value)
        if before is not None:
            at, ident = before
            query = query.where(or_(traces.c.at < at, and_(traces.c.at == at, traces.c.id < ident)))
        query = query.order_by(traces.c.at.desc(), traces.c.id.desc()).limit(limit)
        async with self._access.reading() as link:
            rows = (await link.run(query)).all()
        return [self._read(row, None) for row in rows]

    async def get(self, plane: str, ident: str) -> Traced | None:
        """Return one with its detail."""
        query = select(traces).where(traces.c.plane == plane, traces.c.id == ident)
        async with self._access.reading() as link:
            row = (await link.run(query.order_by(traces.c.at.desc()).limit(1))).one_or_none()
        return None if row is None else self._read(row, row.detail)

    async def keep_newest(self, plane: str, number: int) -> int:
        """Forget all of a plane but the newest; return how many."""
        mine = traces.c.plane == plane
        oldest = select(traces.c.at).where(mine).order_by(traces.c.at.desc()).offset(number)
        async with self._access.writing(f"traces {plane}") as link:
            at = (await link.run(oldest.limit(1))).scalar()
            if at is None:
                return 0
            return (await link.run(delete(traces).where(mine, traces.c.at <= at))).rowcount

    async def prune(self, before: float) -> int:
        """Forget what is from before a moment, in all planes; return how many."""
        async with self._access.writing("traces") as link:
            return (await link.run(delete(traces).where(traces.c.at < before))).rowcount

    def _row(self, plane: str, one: Traced) -> dict[str, Any]:
        place = ("traces", plane, one.id, one.node)
        sealed = None
        if one.detail is not None:
            sealed = self._seal.close(json.dumps(one.detail).encode(), *place, "detail")
        return {
            "plane": plane,
            "id": one.id,
            "node": one.node,
            "at": one.at,
            **{name: one.found.get(name) for name in _SEARCHED},
            "summary": self._seal.close(json.dumps(one.summary).encode(), *place, "summary"),
            "detail": sealed,
        }

    def _read(self, row: Any, detail: bytes | None) -> Traced:
        place = ("traces", row.plane, row.id, row.node)
        return Traced(
            row.id,
            row.node,
            row.at,
            {name: getattr(row, name) for name in _SEARCHED},
            json.loads(self._seal.open(row.summary, *place, "summary")),
            None if detail is None else json.loads(self._seal.open(detail, *place, "detail")),
        )
