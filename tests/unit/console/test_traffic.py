from typing import Any

from gatepost.console.traffic import latency, provider_failures, remembered, requests, totals


def chart(label: str, **numbers: float) -> dict[str, Any]:
    lines = [{"labels": {label: name}, "total": {"n": n}} for name, n in numbers.items()]
    return {"lines": lines}


def test_requests_are_counted_by_what_became_of_them() -> None:
    told = requests({"lines": [
        {"labels": {"code": code}, "total": {"n": n}}
        for code, n in (("2xx", 700), ("4xx", 150), ("5xx", 40), ("other", 10))
    ]}, "15m")  # fmt: skip
    assert (told.count, told.refused, told.failed, told.per_second) == (900, 150, 50, 1.0)
    assert requests({"lines": []}, "30d").count == 0


def test_decisions_that_nobody_was_asked_for_are_a_share() -> None:
    told = chart("event", level1=80, level2=10, level1_refused=5, shared=5, asked=100, evicted=9)
    assert remembered(told) == 0.5
    assert remembered({"lines": []}) is None
    assert remembered(chart("event", evicted=3)) is None


def test_an_answer_that_says_no_is_no_failure_of_a_provider() -> None:
    by = [("2xx", 5), ("4xx", 3), ("timeout", 2), ("5xx", 1)]
    lines = [{"labels": {"purpose": "p", "result": r}, "total": {"n": n}} for r, n in by]
    assert provider_failures({"lines": lines}) == (11, 3)


def test_latencies_are_there_where_there_were_requests() -> None:
    assert latency({"lines": []}) == {}
    total = {"n": 3, "mean": 0.1, "p50": 0.1, "p95": 0.2, "p99": 0.3}
    assert latency({"lines": [{"labels": {}, "total": total}]}) == {
        "p50": 0.1, "p95": 0.2, "p99": 0.3,
    }  # fmt: skip


def test_lines_of_one_label_add_up() -> None:
    lines = [
        {"labels": {"purpose": "keys", "result": "2xx"}, "total": {"n": 1}},
        {"labels": {"purpose": "token", "result": "2xx"}, "total": {"n": 2}},
    ]
    assert totals({"lines": lines}, "result") == {"2xx": 3}
