"""What a node tells the control plane of its traffic: what was counted since the last report.

A row is a series (``what`` and the labels that tell it apart) and the numbers to add to it. Ids are
told, not names: the control plane knows what they are called. No path, query, header or token is
ever in a report.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = tuple[dict[str, str], dict[str, float]]
"""(labels of the series, among them ``what``; what to add)."""

_SAMPLE = re.compile(r"^(gatepost_provider_call\w*)\{(.*)\} (\S+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_SLOTS = 16
_SUM = 96


class Meter:
    """Remembers what was counted before, so that each report holds what came since.

    A counter that fell was begun anew by a process that was started again: all of it counts.
    """

    def __init__(self) -> None:
        self._before: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}

    def rows(
        self, engine: Mapping[str, Any], texts: Iterable[str], services: Mapping[str, str | None]
    ) -> list[Row]:
        """Return what came since the last call.

        engine: nginx's counters as its control API gives them. texts: metrics of the other
        processes, in Prometheus' form. services: the id of each route's service, by that of the
        route.
        """
        now: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}
        for labels, values in (*_of_engine(engine, services), *_of_providers(texts)):
            kept = now.setdefault(tuple(sorted(labels.items())), {})
            for name, value in values.items():
                kept[name] = kept.get(name, 0.0) + value
        rows: list[Row] = []
        for series, values in now.items():
            before = self._before.get(series, {})
            if any(values.get(name, 0.0) < value for name, value in before.items()):
                before = {}
            grown = {
                name: value - before.get(name, 0.0)
                for name, value in values.items()
                if value > before.get(name, 0.0)
            }
            if grown:
                rows.append((dict(series), grown))
        self._before = now
        return rows


def _of_engine(engine: Mapping[str, Any], services: Mapping[str, str | None]) -> Iterator[Row]:
    counters: Mapping[str, Any] = engine.get("counters") or {}
    for key, value in counters.items():
        if not isinstance(value, int | float):
            continue
        match key.split("\t"):
            case ["request", route, slot]:
                where = {"route": route, "service": services.get(route) or ""}
                yield from _of_slot(where, int(slot), value)
            case ["consumer", route, consumer, group]:
                where = {"route": route, "service": services.get(route) or ""}
                labels = {"what": "consumers", **where, "consumer": consumer, "code": _code(group)}
                yield labels, {"n": value}
            case ["decision", event]:
                yield {"what": "decisions", "event": event}, {"n": value}
            case ["unmatched"]:
                yield {"what": "unmatched"}, {"n": value}
            case ["limited"]:
                yield {"what": "limited"}, {"n": value}


def _of_slot(where: dict[str, str], slot: int, value: float) -> Iterator[Row]:
    """A slot is a class of status and a bucket of seconds (lua/gatepost/metrics.lua)."""
    if slot == _SUM:
        yield {"what": "latency", **where}, {"sum": value}
        return
    group, bucket = divmod(slot, _SLOTS)
    yield {"what": "requests", **where, "code": _code(str(group))}, {"n": value}
    yield {"what": "latency", **where}, {f"b{bucket}": value, "n": value}


def _of_providers(texts: Iterable[str]) -> Iterator[Row]:
    for text in texts:
        for line in text.splitlines():
            found = _SAMPLE.match(line)
            if found is None:
                continue
            name, inner, number = found.groups()
            labels = dict(_LABEL.findall(inner))
            value = float(number)
            if name == "gatepost_provider_calls_total":
                told = {"purpose": labels.get("purpose", ""), "result": labels.get("result", "")}
                yield {"what": "provider", **told}, {"n": value}
            elif name == "gatepost_provider_call_seconds_sum":
                yield (
                    {"what": "provider_latency", "purpose": labels.get("purpose", "")},
                    {"sum": value},
                )
            elif name == "gatepost_provider_call_seconds_count":
                yield (
                    {"what": "provider_latency", "purpose": labels.get("purpose", "")},
                    {"n": value},
                )


def _code(group: str) -> str:
    return f"{group}xx" if group != "0" else "other"
