"""The control planes that share this database. Each has a configuration and nodes of its own."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update

from gatepost.store.database.access import Access, Link
from gatepost.store.database.conflict import Duplicate, UnknownPlane
from gatepost.store.database.news import CONFIGURATION, GONE, News
from gatepost.store.database.tables import links, planes

DEFAULT = "default"
"""The name of the control plane that is there from the first start."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A control plane. created_at: seconds since 1970. version: of its configuration."""

    id: str
    name: str
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    created_at: float = 0.0
    version: int = 0


class Planes:
    """Keeps the control planes."""

    def __init__(self, access: Access, news: News, now: Callable[[], float]) -> None:
        self._access = access
        self._news = news
        self._now = now

    async def get(self, ident: str) -> Plane | None:
        """Return the control plane with this id."""
        return next(iter(await self._all(planes.c.id == ident)), None)

    async def named(self, name: str) -> Plane | None:
        """Return the control plane with this name."""
        return next(iter(await self._all(planes.c.name == name)), None)

    async def all(self) -> list[Plane]:
        """Return all of them, in order of their names."""
        return await self._all()

    async def add(
        self, name: str, *, description: str = "", labels: Mapping[str, str] | None = None
    ) -> Plane:
        """Make a control plane with nothing in it. Raises Duplicate when the name is taken."""
        made = Plane(str(uuid.uuid4()), name, description, dict(labels or {}), self._now())
        async with self._access.writing("planes") as link:
            await _refuse_duplicate(link, made)
            await insert_plane(link, made)
            await link.tell(self._news, CONFIGURATION, made.id, 0)
        return made

    async def save(self, plane: Plane) -> Plane:
        """Change a name, description and labels. Raises UnknownPlane, Duplicate."""
        async with self._access.writing("planes") as link:
            await _refuse_duplicate(link, plane)
            change = update(planes).where(planes.c.id == plane.id)
            new = {name: _row(plane)[name] for name in ("name", "description", "labels")}
            if not (await link.run(change.values(**new))).rowcount:
                raise UnknownPlane(plane.id)
            query = select(planes).where(planes.c.id == plane.id)
            return _plane((await link.run(query)).one())

    async def remove(self, ident: str) -> bool:
        """Delete a control plane and everything in it; return whether it was there.

        ``default`` comes back, empty, when the database is opened the next time.
        """
        async with self._access.writing("planes") as link:
            query = select(planes.c.id).where(planes.c.id == ident).with_for_update()
            if (await link.run(query)).scalar() is None:
                return False
            # these would hold on to entities that the plane is about to take with it
            await link.run(delete(links).where(links.c.plane == ident))
            await link.run(delete(planes).where(planes.c.id == ident))
            await link.tell(self._news, CONFIGURATION, ident, GONE)
        return True

    async def _all(self, *where: Any) -> list[Plane]:
        query = select(planes).where(*where).order_by(planes.c.name)
        async with self._access.reading() as link:
            return [_plane(row) for row in (await link.run(query)).all()]


async def insert_plane(link: Link, plane: Plane) -> None:
    """Write a new control plane down."""
    await link.run(insert(planes), {**_row(plane), "version": 0, "floor": 0})


async def _refuse_duplicate(link: Link, plane: Plane) -> None:
    # two processes may try the same name at once, and the second shall hear the kind answer
    await link.alone("gatepost planes")
    query = select(planes.c.id).where(planes.c.name == plane.name, planes.c.id != plane.id)
    other = (await link.run(query)).scalar()
    if other is not None:
        raise Duplicate("planes", ("name",), other)


def _row(plane: Plane) -> dict[str, Any]:
    return {
        "id": plane.id,
        "name": plane.name,
        "description": plane.description,
        "labels": json.dumps(dict(plane.labels), sort_keys=True),
        "created_at": plane.created_at,
    }


def _plane(row: Any) -> Plane:
    return Plane(
        row.id, row.name, row.description, json.loads(row.labels), row.created_at, row.version
    )
