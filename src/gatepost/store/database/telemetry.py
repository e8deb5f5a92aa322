"""What the nodes counted: numbers for each node, span of time and series, added up as they come."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from gatepost.store.database.access import Access, Link
from gatepost.store.database.tables import telemetry

STEPS = (10, 60, 600)
"""Seconds that a row can stand for."""

_AT_ONCE = 500  # moments in one statement

Counts = dict[str, float]
Place = tuple[int, int, str]
"""(step, at, series as text)"""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a node counted of one series in one span of time.

    step: seconds of the span, one of STEPS. at: its begin, seconds since 1970. series: what was
    counted, such as ``{"route": id, "status": "200"}``. counts: numbers that add up.
    """

    node: str
    step: int
    at: int
    series: Mapping[str, str]
    counts: Mapping[str, float]


class Telemetry:
    """Keeps what the nodes of all planes counted."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def add(self, plane: str, measures: Iterable[Measure]) -> None:
        """Add numbers to what is there for the same node, span and series.

        Raises ValueError for a step that is none of STEPS.
        """
        for node, places in _by_node(measures).items():
            async with self._access.writing(f"telemetry {plane}") as link:
                await link.alone(f"gatepost telemetry {plane} {node}")
                await _add(link, plane, node, places)

    async def query(
        self,
        plane: str,
        step: int,
        begin: int,
        end: int,
        *,
        series: Mapping[str, str] | None = None,
        node: str | None = None,
    ) -> list[Measure]:
        """Return rows of a step with begin <= at < end, in order of time, node and series.

        series: only those series that have these members.
        """
        query = select(telemetry).where(
            telemetry.c.plane == plane,
            telemetry.c.step == step,
            telemetry.c.at >= begin,
            telemetry.c.at < end,
        )
        if node is not None:
            query = query.where(telemetry.c.node == node)
        for name, text in (series or {}).items():  # a first look; what is exact comes below
            member = json.dumps({name: text}, separators=(",", ":"))[1:-1]
            query = query.where(telemetry.c.series.contains(member, autoescape=True))
        order = (telemetry.c.at, telemetry.c.node, telemetry.c.series)
        async with self._access.reading() as link:
            rows = (await link.run(query.order_by(*order))).all()
        # each series is there many times, and is read once
        known = {text: json.loads(text) for text in {row.series for row in rows}}
        wanted = (series or {}).items()
        return [
            Measure(row.node, row.step, row.at, known[row.series], json.loads(row.counts))
            for row in rows
            if wanted <= known[row.series].items()
        ]

    async def prune(self, step: int, before: float) -> int:
        """Forget rows of a step from before a moment, in all planes; return how many."""
        old = and_(telemetry.c.step == step, telemetry.c.at < int(before))
        async with self._access.writing("telemetry") as link:
            return (await link.run(delete(telemetry).where(old))).rowcount


def _by_node(measures: Iterable[Measure]) -> dict[str, dict[Place, Counts]]:
    found: dict[str, dict[Place, Counts]] = defaultdict(dict)
    for one in measures:
        if one.step not in STEPS:
            raise ValueError(f"nothing is counted in steps of {one.step} seconds")
        series = json.dumps(dict(one.series), sort_keys=True, separators=(",", ":"))
        place = (one.step, one.at, series)
        found[one.node][place] = _sum(found[one.node].get(place, {}), one.counts)
    return found


async def _add(link: Link, plane: str, node: str, places: dict[Place, Counts]) -> None:
    there = await _there(link, plane, node, sorted({(step, at) for step, at, _ in places}))
    new: list[dict[str, Any]] = []
    more: list[dict[str, Any]] = []
    for place, counts in places.items():
        text = json.dumps(_sum(there.get(place, {}), counts), sort_keys=True)
        if place in there:
            more.append(
                dict(zip(("step_", "at_", "series_", "counts_"), (*place, text), strict=True))
            )
        else:
            row = dict(zip(("step", "at", "series", "counts"), (*place, text), strict=True))
            new.append({"plane": plane, "node": node, **row})
    if new:
        await link.run(insert(telemetry), new)
    if more:
        same = and_(
            telemetry.c.plane == plane,
            telemetry.c.node == node,
            *(telemetry.c[name] == bindparam(f"{name}_") for name in ("step", "at", "series")),
        )
        await link.run(update(telemetry).where(same).values(counts=bindparam("counts_")), more)


async def _there(
    link: Link, plane: str, node: str, spans: list[tuple[int, int]]
) -> dict[Place, Counts]:
    found: dict[Place, Counts] = {}
    moments: dict[int, list[int]] = defaultdict(list)
    for step, at in spans:
        moments[step].append(at)
    for step, ats in moments.items():
        for first in range(0, len(ats), _AT_ONCE):
            query = select(telemetry.c.at, telemetry.c.series, telemetry.c.counts).where(
                telemetry.c.plane == plane,
                telemetry.c.node == node,
                telemetry.c.step == step,
                telemetry.c.at.in_(ats[first : first + _AT_ONCE]),
            )
            for row in (await link.run(query)).all():
                found[step, row.at, row.series] = json.loads(row.counts)
    return found


def _sum(some: Mapping[str, float], more: Mapping[str, float]) -> Counts:
    return {name: some.get(name, 0) + more.get(name, 0) for name in (*some, *more)}
