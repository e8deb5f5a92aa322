"""What a chart shows, worked out of an answer of ``/telemetry``: spans, series, scale, words.

Pure: numbers come in, numbers and texts go out.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SPANS = {"15m": 30, "1h": 60, "6h": 300, "24h": 1200, "7d": 7200, "30d": 43200}
"""Interval of the Admin API → seconds that one bar or point stands for."""

WORDS = {
    "15m": "15 minutes",
    "1h": "hour",
    "6h": "6 hours",
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
}
MOST = 6
"""Series that are told apart; the rest of them are one."""
OTHERS = "others"

Naming = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart. values: one for each span, None where nothing was measured."""

    name: str
    values: tuple[float | None, ...]
    total: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that is drawn. begin: of the first span, seconds. top: upper end of the scale."""

    begin: int
    span: int
    series: tuple[Series, ...]
    top: float
    stacked: bool

    @property
    def count(self) -> int:
        """How many spans there are."""
        return len(self.series[0].values) if self.series else 0

    def at(self, index: int) -> int:
        """Return the begin of a span."""
        return self.begin + index * self.span

    def when(self, index: int) -> str:
        """Return a span in words: ``14:03 to 14:04 UTC``, with the day where it is a long one."""
        first, last = (datetime.fromtimestamp(self.at(one), UTC) for one in (index, index + 1))
        form = "%H:%M:%S" if self.span < 60 else "%H:%M"
        day = "%b %d, " if self.span >= 1200 else ""
        return f"{first.strftime(day + form)} to {last.strftime(form)} UTC"

    def has(self, index: int) -> bool:
        """Say whether anything was measured in a span."""
        return any(one.values[index] for one in self.series)


def plot(
    answer: Mapping[str, Any],
    interval: str,
    *,
    naming: Naming,
    measures: Sequence[str] = ("n",),
) -> Plot:
    """Return what is drawn of an answer.

    measures: ``n`` is added up and stacked, a series for each line; others (``p95``, in seconds)
    are lines of their own, each the highest of its span.
    """
    span = SPANS[interval]
    begin = int(answer["begin"]) // span * span
    count = max(1, math.ceil((int(answer["end"]) - begin) / span))
    stacked = tuple(measures) == ("n",)
    found = (
        _added(answer["lines"], begin, span, count, naming)
        if stacked
        else _highest(answer["lines"], begin, span, count, measures)
    )
    if stacked:
        heights = [sum(one.values[i] or 0 for one in found) for i in range(count)]
    else:
        heights = [value for one in found for value in one.values if value is not None]
    return Plot(begin, span, tuple(found), nice(max(heights, default=0)), stacked)


def _added(
    lines: Sequence[Mapping[str, Any]], begin: int, span: int, count: int, naming: Naming
) -> list[Series]:
    sums: dict[str, list[float]] = {}
    for number, line in enumerate(lines):
        name = naming(line["labels"]) if number < MOST or len(lines) == MOST + 1 else OTHERS
        kept = sums.setdefault(name, [0.0] * count)
        for at, values in line["points"]:
            index = (int(at) - begin) // span
            if 0 <= index < count:
                kept[index] += values["n"]
    return [Series(name, tuple(values), sum(values)) for name, values in sums.items()]


def _highest(
    lines: Sequence[Mapping[str, Any]],
    begin: int,
    span: int,
    count: int,
    measures: Sequence[str],
) -> list[Series]:
    found = []
    for measure in measures:
        kept: list[float | None] = [None] * count
        whole = 0.0
        for line in lines[:1]:
            whole = float(line["total"].get(measure, 0.0))
            for at, values in line["points"]:
                index = (int(at) - begin) // span
                if 0 <= index < count and measure in values:
                    kept[index] = max(kept[index] or 0.0, float(values[measure]))
        if any(value is not None for value in kept):
            found.append(Series(measure, tuple(kept), whole))
    return found


def nice(highest: float) -> float:
    """Return a round number that is at least so high: 1, 2, 2.5 or 5, times a power of ten."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(
        (step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power >= highest), 10.0 * power
    )


def bars(shown: Plot, number: int) -> str:
    """Return the path of one series' bars, in a box of ``count`` by 100, above those before it."""
    parts = []
    for index, value in enumerate(shown.series[number].values):
        if not value:
            continue
        below = sum(one.values[index] or 0 for one in shown.series[:number])
        high = max(100 * value / shown.top, 0.6)  # one request among thousands is still seen
        bottom = 100 - 100 * below / shown.top
        parts.append(f"M{index + 0.1:.1f} {bottom:.2f}h.8v-{high:.2f}h-.8z")
    return "".join(parts)


def line(shown: Plot, number: int) -> str:
    """Return the path of one series as a line, broken where nothing was measured."""
    parts, drawing = [], False
    for index, value in enumerate(shown.series[number].values):
        if value is None:
            drawing = False
            continue
        parts.append(
            f"{'L' if drawing else 'M'}{index + 0.5:.1f} {100 - 100 * value / shown.top:.2f}"
        )
        if not drawing:
            parts.append("h.01")  # one alone is a dot
        drawing = True
    return "".join(parts)
