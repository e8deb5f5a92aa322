"""What goes when an entity is deleted: everything that cascades, unless somebody holds on to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select

from gatepost.model import CATALOG
from gatepost.store.database.access import Link
from gatepost.store.database.conflict import Referenced
from gatepost.store.database.tables import links

_LET_GO = {one.kind for kind in CATALOG.values() for one in kind.references if one.unset}
_AT_ONCE = 500  # ids in one statement; SQLite and PostgreSQL both limit parameters

Place = tuple[str, str]
"""(kind, id)"""


async def going_with(link: Link, plane: str, first: Place) -> set[Place]:
    """Return an entity and all that goes with it, however far.

    Raises Referenced when something that stays refers to one of them. What refers to it and goes
    anyway, because something else takes it along, does not count.
    """
    going, frontier = {first}, [first]
    holding: list[tuple[Place, Place]] = []
    while frontier:
        found = [row async for row in _referrers(link, plane, frontier)]
        frontier = []
        for row in found:
            place = (row.kind, row.id)
            reference = CATALOG[row.kind].reference(row.field)
            if reference is not None and reference.unset:
                continue
            if reference is None or not reference.cascade:
                holding.append((place, (row.target_kind, row.target_id)))
            elif place not in going:
                going.add(place)
                frontier.append(place)
    for place, target in holding:
        if place not in going:
            raise Referenced(*target, *place)
    return going


async def letting_go(link: Link, plane: str, going: set[Place]) -> list[tuple[Place, str]]:
    """Return who stays and only loses a reference to something that goes, each with its field."""
    found = [
        (row.kind, row.id, row.field)
        async for row in _referrers(link, plane, [one for one in going if one[0] in _LET_GO])
    ]
    return [
        ((kind, ident), field)
        for kind, ident, field in found
        if (kind, ident) not in going and _unset(kind, field)
    ]


def _unset(kind: str, field: str) -> bool:
    reference = CATALOG[kind].reference(field)
    return reference is not None and reference.unset


def by_kind(places: Iterable[Place]) -> Iterator[tuple[str, list[str]]]:
    """Yield (kind, ids) in pieces of one statement; what refers before what is referred to."""
    ids: dict[str, list[str]] = defaultdict(list)
    for kind, ident in sorted(places):
        ids[kind].append(ident)
    for kind in reversed(CATALOG):
        rest = iter(ids[kind])
        while piece := list(islice(rest, _AT_ONCE)):
            yield kind, piece


async def _referrers(link: Link, plane: str, places: Iterable[Place]) -> Any:
    columns = (links.c.kind, links.c.id, links.c.field, links.c.target_kind, links.c.target_id)
    for kind, idents in by_kind(places):
        query = select(*columns).where(
            links.c.plane == plane, links.c.target_kind == kind, links.c.target_id.in_(idents)
        )
        for row in (await link.run(query.order_by(links.c.kind, links.c.id))).all():
            yield row
