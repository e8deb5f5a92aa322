"""Who did what: written once, never changed, forgotten by age alone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from gatepost.store.database.access import Access, Link, Row
from gatepost.store.database.tables import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done. before, after: JSON with secrets masked by whoever writes it.

    who: name of the token or certificate. how: where it came from, such as ``admin-api``.
    at, plane and id are set when it is written: seconds since 1970, None for no plane, rising.
    """

    who: str
    how: str
    action: str
    kind: str | None = None
    entity: str | None = None
    name: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    plane: str | None = None
    at: float = 0.0
    id: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first. next: what to ask for as ``before``; None at the end."""

    items: list[AuditEntry]
    next: int | None


class Audit:
    """The log of everything that was done."""

    def __init__(self, access: Access, now: Callable[[], float]) -> None:
        self._access = access
        self._now = now

    async def append(self, entry: AuditEntry) -> None:
        """Write an entry down by itself; what belongs to a write goes through ``Writer.audit``."""
        async with self._access.writing("audit") as link:
            await append(link, [row_of(entry, plane=entry.plane, at=self._now())])

    async def page(
        self,
        *,
        size: int,
        before: int | None = None,
        plane: str | None = None,
        kind: str | None = None,
        entity: str | None = None,
        who: str | None = None,
    ) -> AuditPage:
        """Return up to ``size`` entries, newest first, of all that is given."""
        query = select(audit).order_by(audit.c.id.desc()).limit(size + 1)
        given = {"plane": plane, "kind": kind, "entity": entity, "who": who}
        for name, value in given.items():
            if value is not None:
                query = query.where(audit.c[name] == value)
        if before is not None:
            query = query.where(audit.c.id < before)
        async with self._access.reading() as link:
            rows = (await link.run(query)).mappings().all()
        found = [AuditEntry(**{**row, **_read(row)}) for row in rows]
        return AuditPage(found[:size], found[size - 1].id if len(found) > size else None)

    async def prune(self, before: float) -> int:
        """Forget entries from before a moment; return how many."""
        async with self._access.writing("audit") as link:
            return (await link.run(delete(audit).where(audit.c.at < before))).rowcount


def row_of(entry: AuditEntry, *, plane: str | None, at: float) -> Row:
    """Return an entry as a row of the table."""
    names = ("who", "how", "action", "kind", "entity", "name")
    return {
        "at": at,
        "plane": plane,
        **{name: getattr(entry, name) for name in names},
        **{name: _text(getattr(entry, name)) for name in ("before", "after")},
    }


async def append(link: Link, rows: Sequence[Row]) -> None:
    """Write entries down within a transaction, in their order."""
    if rows:
        await link.run(insert(audit), rows)


def _text(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)


def _read(row: Any) -> dict[str, Any]:
    texts = {name: row[name] for name in ("before", "after")}
    return {name: None if text is None else json.loads(text) for name, text in texts.items()}
