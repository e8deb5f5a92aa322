"""Tokens of the Admin API. Only a hash of each is here."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

from sqlalchemy import insert, or_, select, update

from gatepost.store.database.access import Access
from gatepost.store.database.tables import tokens

_COARSE = 60  # seconds; when a token was last used is not written more often


class Role(IntEnum):
    """What somebody may do; each may do what those before it may.

    VIEWER reads, secrets masked. OPERATOR changes entities, revokes, makes tokens for nodes.
    ADMIN also makes tokens for people, reads secrets, keeps control planes, turns nodes away.
    """

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @classmethod
    def named(cls, text: str) -> Self:
        """Return the role of that name. ValueError says which there are."""
        try:
            return cls[text.upper()]
        except KeyError:
            raise ValueError(f"a role is wanted: {', '.join(cls.names())}") from None

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all roles, the weakest first."""
        return [role.word for role in cls]

    @property
    def word(self) -> str:
        """The role's name as it is written."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Token:
    """A token. plane: the only control plane that it is for, None for all.

    Moments are seconds since 1970; None for never.
    """

    id: str
    name: str
    role: Role
    plane: str | None
    created_at: float
    expires_at: float | None = None
    last_used_at: float | None = None
    revoked_at: float | None = None

    def live(self, now: float) -> bool:
        """Return whether it is good at this moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


_COLUMNS = [tokens.c[name] for name in Token.__dataclass_fields__]


class Tokens:
    """Keeps the tokens. A secret is named by its SHA-256, 64 hex digits."""

    def __init__(self, access: Access, now: Callable[[], float]) -> None:
        self._access = access
        self._now = now

    async def add(
        self,
        secret_hash: str,
        *,
        name: str,
        role: Role,
        plane: str | None = None,
        expires_at: float | None = None,
    ) -> Token:
        """Write a new token down."""
        token = Token(str(uuid.uuid4()), name, role, plane, self._now(), expires_at)
        row = {column.name: getattr(token, column.name) for column in _COLUMNS}
        async with self._access.writing("tokens") as link:
            await link.run(insert(tokens), {**row, "role": role.word, "secret": secret_hash})
        return token

    async def known_by(self, secret_hash: str) -> Token | None:
        """Return the token with this secret, live or not, and remember that it was used."""
        found = await self._where(tokens.c.secret == secret_hash)
        if not found:
            return None
        now = self._now()
        if found[0].live(now) and now - (found[0].last_used_at or 0) >= _COARSE:
            seldom = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < now)
            change = update(tokens).where(tokens.c.id == found[0].id, seldom)
            async with self._access.writing("tokens") as link:
                await link.run(change.values(last_used_at=now))
        return found[0]

    async def get(self, ident: str) -> Token | None:
        """Return the token with this id."""
        return next(iter(await self._where(tokens.c.id == ident)), None)

    async def all(self) -> list[Token]:
        """Return all tokens, in order of their making."""
        return await self._where()

    async def revoke(self, ident: str) -> bool:
        """Make a token useless from now on; return whether it was there and good until now."""
        change = update(tokens).where(tokens.c.id == ident, tokens.c.revoked_at.is_(None))
        async with self._access.writing("tokens") as link:
            return (await link.run(change.values(revoked_at=self._now()))).rowcount > 0

    async def _where(self, *where: Any) -> list[Token]:
        query = select(*_COLUMNS).where(*where).order_by(tokens.c.created_at, tokens.c.id)
        async with self._access.reading() as link:
            rows = (await link.run(query)).mappings().all()
        return [Token(**{**row, "role": Role.named(row["role"])}) for row in rows]
