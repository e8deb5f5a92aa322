"""What nodes counted, as a chart wants it: lines of points over an interval that people know.

Pure: rows come in, lines go out. Latencies are read from histograms, so a percentile is exact to
its bucket and straight between its edges.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

EDGES = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets of seconds that nodes count in; the last bucket has none."""

PERCENTILES = (50, 95, 99)

KINDS = (
    "requests",
    "consumers",
    "latency",
    "decisions",
    "provider",
    "provider_latency",
    "unmatched",
    "limited",
)
"""What can be asked for; the ``what`` of a series."""


LABELS = ("route", "service", "consumer", "code", "event", "purpose", "result", "node")
"""What series are told apart by."""


class Interval(NamedTuple):
    """seconds: how far back. step: seconds of one point."""

    seconds: int
    step: int


INTERVALS = {
    "15m": Interval(900, 10),
    "1h": Interval(3600, 10),
    "6h": Interval(6 * 3600, 60),
    "24h": Interval(24 * 3600, 60),
    "7d": Interval(7 * 86400, 600),
    "30d": Interval(30 * 86400, 600),
}

KEPT = {10: 2 * 3600, 60: 26 * 3600, 600: 32 * 86400}
"""Seconds for which rows of each step are kept."""


class Counted(Protocol):
    """One row: what a node counted of one series in one span."""

    @property
    def node(self) -> str:
        """The id of the node."""

    @property
    def at(self) -> int:
        """The begin of the span, seconds since 1970."""

    @property
    def series(self) -> Mapping[str, str]:
        """Labels."""

    @property
    def counts(self) -> Mapping[str, float]:
        """Numbers that add up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a chart is of. by: labels (``node`` too) that each get a line of their own."""

    what: str
    interval: Interval
    by: tuple[str, ...] = ()

    def span(self, now: float) -> tuple[int, int]:
        """Return begin and end: whole steps, the running one among them."""
        end = int(now) // self.interval.step * self.interval.step + self.interval.step
        return end - self.interval.seconds, end


def chart(rows: Iterable[Counted], wanted: Wanted, now: float) -> dict[str, Any]:
    """Return ``{what, step, begin, end, lines: [{labels, total, points: [[at, {…}], …]}]}``.

    A point holds ``n`` (how many in the span) or, of latencies, ``n``, ``mean`` and p50, p95, p99
    in seconds. Spans in which nothing was counted have no point. Lines with most come first.
    """
    begin, end = wanted.span(now)
    lines: dict[tuple[str, ...], dict[int, dict[str, float]]] = defaultdict(dict)
    for row in rows:
        if not begin <= row.at < end:
            continue
        labels = {**row.series, "node": row.node}
        points = lines[tuple(labels.get(name, "") for name in wanted.by)]
        kept = points.setdefault(row.at, defaultdict(float))
        for name, value in row.counts.items():
            kept[name] += value
    shown: list[dict[str, Any]] = []
    for key, points in lines.items():
        whole: dict[str, float] = defaultdict(float)
        for counts in points.values():
            for name, value in counts.items():
                whole[name] += value
        shown.append(
            {
                "labels": dict(zip(wanted.by, key, strict=True)),
                "total": _told(whole),
                "points": [[at, _told(points[at])] for at in sorted(points)],
            }
        )
    shown.sort(key=lambda line: (-line["total"]["n"], sorted(line["labels"].items())))
    return {
        "what": wanted.what,
        "step": wanted.interval.step,
        "begin": begin,
        "end": end,
        "lines": shown,
    }


def _told(counts: Mapping[str, float]) -> dict[str, float]:
    number = counts.get("n", 0.0)
    told: dict[str, float] = {"n": _round(number)}
    if "sum" in counts and number:
        told["mean"] = round(counts["sum"] / number, 6)
    buckets = [counts.get(f"b{index}", 0.0) for index in range(len(EDGES) + 1)]
    if any(buckets):
        for percent in PERCENTILES:
            told[f"p{percent}"] = round(percentile(buckets, percent), 6)
    return told


def percentile(buckets: Sequence[float], percent: float) -> float:
    """Return the seconds below which so many percent lie. buckets: one for each edge, and more.

    What lies beyond the last edge counts as that edge, because nothing says how far beyond.
    """
    rank = sum(buckets) * percent / 100
    seen, low = 0.0, 0.0
    for count, high in zip(buckets, (*EDGES, EDGES[-1]), strict=True):
        if count and seen + count >= rank:
            return low + (high - low) * (rank - seen) / count
        seen, low = seen + count, high
    return low


def _round(number: float) -> float:
    return int(number) if float(number).is_integer() else number
