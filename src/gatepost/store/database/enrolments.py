"""One-time tokens with which nodes enrol. Only a hash of each is here."""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update

from gatepost.store.database.access import Access
from gatepost.store.database.tables import enrolments


class Use(StrEnum):
    """How the use of an enrolment token ended."""

    OK = "ok"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A token for one node. Moments are seconds since 1970. used_key: fingerprint of the key that
    the node asked a certificate for.
    """

    id: str
    plane: str
    created_at: float
    expires_at: float
    used_at: float | None = None
    used_by: str | None = None
    used_key: str | None = None


_COLUMNS = [enrolments.c[name] for name in Enrolment.__dataclass_fields__]


class Enrolments:
    """Keeps the tokens. A secret is named by its SHA-256, 64 hex digits."""

    def __init__(self, access: Access, now: Callable[[], float]) -> None:
        self._access = access
        self._now = now

    async def add(
        self, plane: str, secret_hash: str, *, expires_at: float, ident: str | None = None
    ) -> Enrolment:
        """Write a new token down; ``ident`` is its id, where that was chosen already."""
        made = Enrolment(ident or str(uuid.uuid4()), plane, self._now(), expires_at)
        row = {column.name: getattr(made, column.name) for column in _COLUMNS}
        async with self._access.writing("enrolments") as link:
            await link.run(insert(enrolments), {**row, "secret": secret_hash})
        return made

    async def use(self, ident: str, secret_hash: str, node: str, key: str) -> Use:
        """Use a token for a node and its key; of many who try at once, one gets it.

        The same key may come again within the token's life: its first answer may have been lost.
        """
        query = select(enrolments).where(enrolments.c.id == ident).with_for_update()
        async with self._access.writing("enrolments") as link:
            row = (await link.run(query)).one_or_none()
            if row is None or not hmac.compare_digest(row.secret, secret_hash):
                return Use.UNKNOWN
            if row.used_at is not None and (row.used_key, row.used_by) != (key, node):
                return Use.USED
            if self._now() >= row.expires_at:
                return Use.EXPIRED
            if row.used_at is None:
                used = {"used_at": self._now(), "used_by": node, "used_key": key}
                change = update(enrolments).where(enrolments.c.id == ident)
                await link.run(change.values(**used))
            return Use.OK

    async def get(self, ident: str) -> Enrolment | None:
        """Return the token with this id."""
        return next(iter(await self._where(enrolments.c.id == ident)), None)

    async def all(self, plane: str) -> list[Enrolment]:
        """Return all tokens for a plane, in order of their making."""
        return await self._where(enrolments.c.plane == plane)

    async def remove(self, ident: str) -> bool:
        """Delete a token; return whether it was there."""
        gone = delete(enrolments).where(enrolments.c.id == ident)
        async with self._access.writing("enrolments") as link:
            return (await link.run(gone)).rowcount > 0

    async def prune(self, before: float) -> int:
        """Delete tokens that ended before a moment; return how many."""
        gone = delete(enrolments).where(enrolments.c.expires_at < before)
        async with self._access.writing("enrolments") as link:
            return (await link.run(gone)).rowcount

    async def _where(self, *where: Any) -> list[Enrolment]:
        order = (enrolments.c.created_at, enrolments.c.id)
        query = select(*_COLUMNS).where(*where).order_by(*order)
        async with self._access.reading() as link:
            return [Enrolment(**row) for row in (await link.run(query)).mappings().all()]
