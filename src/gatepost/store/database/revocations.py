"""What was revoked, as a numbered log for each plane, which its nodes follow without a gap."""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from gatepost.store.database.access import Access
from gatepost.store.database.news import REVOCATIONS, News, Told
from gatepost.store.database.tables import revocation_logs, revocations


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry of the log. mark: a word that no other entry has, also not one of the same number in
    a log that was restored from a backup and went on from there.
    """

    number: int
    entry: dict[str, Any]
    mark: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a log stands. epoch: a word that no other log has, empty while nothing was appended.

    last: the newest number, 0 for none. floor: the oldest number that is still held; one above
    ``last`` when none is. Who has seen less than ``floor - 1`` has missed something.
    """

    epoch: str
    last: int
    floor: int


class Revocations:
    """Keeps the logs."""

    def __init__(self, access: Access, news: News, now: Callable[[], float]) -> None:
        self._access = access
        self._news = news
        self._now = now

    async def append(self, plane: str, entries: Sequence[dict[str, Any]]) -> list[int]:
        """Write entries down, all or none, and return their numbers: without gaps, in order."""
        if not entries:
            return []
        log = {"plane": plane, "epoch": secrets.token_hex(16), "last": 0}
        more = update(revocation_logs).where(revocation_logs.c.plane == plane)
        more = more.values(last=revocation_logs.c.last + len(entries))
        async with self._access.writing(f"revocations {plane}") as link:
            await link.put(revocation_logs, log)
            # locks the log's row until the end: numbers are seen in order
            last: int = (await link.run(more.returning(revocation_logs.c.last))).scalar_one()
            numbers = list(range(last - len(entries) + 1, last + 1))
            rows = [
                {"plane": plane, "number": number, "at": self._now(), "entry": json.dumps(entry)}
                for number, entry in zip(numbers, entries, strict=True)
            ]
            await link.run(insert(revocations), rows)
            await link.tell(self._news, REVOCATIONS, plane, last)
        return numbers

    async def since(self, plane: str, number: int, limit: int) -> list[Numbered]:
        """Return up to ``limit`` entries after a number, in order."""
        query = select(revocations.c.number, revocations.c.entry, revocations.c.at)
        query = query.where(revocations.c.plane == plane, revocations.c.number > number)
        async with self._access.reading() as link:
            rows = (await link.run(query.order_by(revocations.c.number).limit(limit))).all()
        return [
            Numbered(row.number, json.loads(row.entry), _mark(row.at, row.entry)) for row in rows
        ]

    async def position(self, plane: str) -> Position:
        """Return where the log stands."""
        log = select(revocation_logs.c.epoch, revocation_logs.c.last)
        oldest = select(func.min(revocations.c.number)).where(revocations.c.plane == plane)
        async with self._access.reading() as link:
            row = (await link.run(log.where(revocation_logs.c.plane == plane))).one_or_none()
            floor: int | None = (await link.run(oldest)).scalar()
        if row is None:
            return Position("", 0, 1)
        return Position(row.epoch, row.last, floor or row.last + 1)

    async def last(self, plane: str) -> int:
        """Return the newest number, 0 for none."""
        return (await self.position(plane)).last

    async def prune(self, plane: str, before: float) -> int:
        """Forget a plane's entries from before a moment; return how many."""
        old = delete(revocations).where(revocations.c.plane == plane, revocations.c.at < before)
        async with self._access.writing(f"revocations {plane}") as link:
            return (await link.run(old)).rowcount

    async def changes(self) -> AsyncIterator[Told]:
        """Yield (plane, newest number): first of every log, then whenever one has grown.

        Who is slow hears of the newest alone. Other processes on the same PostgreSQL are heard.
        """
        async for told in self._news.listen(REVOCATIONS, self._numbers):
            yield told

    async def _numbers(self) -> list[Told]:
        query = select(revocation_logs.c.plane, revocation_logs.c.last)
        async with self._access.reading() as link:
            return [(row.plane, row.last) for row in (await link.run(query)).all()]


def _mark(at: float, entry: str) -> str:
    return hashlib.sha256(f"{at!r} {entry}".encode()).hexdigest()[:32]
