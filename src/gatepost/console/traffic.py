"""What charts of the Admin API say in a few numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INTERVALS = ("15m", "1h", "6h", "24h", "7d", "30d")
"""That people know; see ``GET /telemetry``."""

_SECONDS = {"15m": 900, "1h": 3600, "6h": 21_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000}
_FAILED = ("5xx", "other")
_REMEMBERED = frozenset({"level1", "level2", "level1_refused", "level2_refused", "shared"})

Chart = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Requests:
    """How many there were. failed: 5xx; refused: 401, 403 and the other 4xx."""

    count: int
    failed: int
    refused: int
    per_second: float


def requests(chart: Chart, interval: str) -> Requests:
    """Read a chart of requests by code."""
    by = totals(chart, "code")
    count = sum(by.values())
    return Requests(
        count=int(count),
        failed=int(sum(by.get(code, 0) for code in _FAILED)),
        refused=int(by.get("4xx", 0)),
        per_second=count / _SECONDS[interval],
    )


def latency(chart: Chart) -> dict[str, float]:
    """Return p50, p95 and p99 in seconds of a chart of latencies; empty without requests."""
    total: Mapping[str, Any] = next((line["total"] for line in chart["lines"]), {})
    return {name: float(total[name]) for name in ("p50", "p95", "p99") if name in total}


def remembered(chart: Chart) -> float | None:
    """Return the share of decisions that nobody had to be asked for, None without decisions."""
    by = totals(chart, "event")
    kept = sum(number for event, number in by.items() if event in _REMEMBERED)
    asked = by.get("asked", 0)
    return kept / (kept + asked) if kept + asked else None


def provider_failures(chart: Chart) -> tuple[int, int]:
    """Return how many calls to providers there were, and how many did not work."""
    by = totals(chart, "result")
    bad = sum(number for result, number in by.items() if result not in {"2xx", "3xx", "4xx"})
    return int(sum(by.values())), int(bad)


def totals(chart: Chart, label: str) -> dict[str, float]:
    """Return how many each line counted, by one of its labels."""
    found: dict[str, float] = {}
    for line in chart["lines"]:
        name = str(line["labels"].get(label, ""))
        found[name] = found.get(name, 0) + float(line["total"].get("n", 0))
    return found
