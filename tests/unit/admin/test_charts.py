from dataclasses import dataclass, field

import pytest

from gatepost.admin.charts import EDGES, INTERVALS, KEPT, Wanted, chart, percentile

NOW = 1_800_000_005.0


@dataclass
class Row:
    at: int
    counts: dict[str, float]
    series: dict[str, str] = field(default_factory=dict)
    node: str = "n1"


def test_requests_of_all_nodes_are_added_up_by_the_labels_that_were_asked_for() -> None:
    rows = [
        Row(1_800_000_000, {"n": 2}, {"code": "2xx", "route": "a"}),
        Row(1_800_000_000, {"n": 3}, {"code": "2xx", "route": "b"}, node="n2"),
        Row(1_799_999_990, {"n": 1}, {"code": "4xx", "route": "a"}),
    ]
    shown = chart(rows, Wanted("requests", INTERVALS["15m"], ("code",)), NOW)
    assert shown["lines"] == [
        {"labels": {"code": "2xx"}, "total": {"n": 5}, "points": [[1_800_000_000, {"n": 5}]]},
        {"labels": {"code": "4xx"}, "total": {"n": 1}, "points": [[1_799_999_990, {"n": 1}]]},
    ]
    assert (shown["step"], shown["end"] - shown["begin"]) == (10, 900)
    by_node = chart(rows, Wanted("requests", INTERVALS["15m"], ("node",)), NOW)
    assert [line["labels"]["node"] for line in by_node["lines"]] == ["n1", "n2"]


def test_what_is_outside_the_interval_is_left_out() -> None:
    rows = [Row(1_799_990_000, {"n": 9}), Row(1_800_000_010, {"n": 9})]
    assert chart(rows, Wanted("requests", INTERVALS["15m"]), NOW)["lines"] == []


def test_latencies_are_told_as_percentiles() -> None:
    rows = [Row(1_800_000_000, {"b0": 50, "b3": 50, "n": 100, "sum": 0.5})]
    (line,) = chart(rows, Wanted("latency", INTERVALS["1h"]), NOW)["lines"]
    assert line["total"]["mean"] == 0.005
    assert line["total"]["p50"] == 0.001
    assert 0.005 < line["total"]["p95"] < line["total"]["p99"] <= 0.01


@pytest.mark.parametrize("percent", [1, 50, 99, 100])
def test_a_percentile_lies_in_the_bucket_that_holds_it(percent: int) -> None:
    for index, edge in enumerate(EDGES):
        buckets = [0.0] * (len(EDGES) + 1)
        buckets[index] = 10
        low = EDGES[index - 1] if index else 0.0
        assert low <= percentile(buckets, percent) <= edge


def test_what_took_longer_than_the_last_edge_counts_as_that() -> None:
    assert percentile([0.0] * len(EDGES) + [5.0], 99) == EDGES[-1]
    assert percentile([0.0] * (len(EDGES) + 1), 99) == EDGES[-1]


def test_every_interval_is_kept_long_enough_to_be_shown() -> None:
    for interval in INTERVALS.values():
        assert KEPT[interval.step] > interval.seconds
