from typing import Any

import pytest

from gatepost.console.parts.chart import joined
from gatepost.console.parts.plotting import (
    MOST,
    OTHERS,
    SPANS,
    WORDS,
    Series,
    bars,
    line,
    nice,
    plot,
)

BEGIN = 1_764_000_000  # a whole number of minutes


def answer(*lines: tuple[dict[str, str], list[list[Any]]], seconds: int = 180) -> dict[str, Any]:
    shown = []
    for labels, points in lines:
        total: dict[str, float] = {"n": sum(values["n"] for _, values in points)}
        total |= {"p95": 0.2} if "p95" in points[0][1] else {}
        shown.append({"labels": labels, "points": points, "total": total})
    return {"begin": BEGIN, "end": BEGIN + seconds, "step": 10, "lines": shown}


def test_what_was_counted_is_added_up_in_each_span_and_stacked() -> None:
    got = answer(
        ({"code": "2xx"}, [[BEGIN, {"n": 3}], [BEGIN + 10, {"n": 4}], [BEGIN + 130, {"n": 1}]]),
        ({"code": "4xx"}, [[BEGIN + 50, {"n": 2}]]),
    )
    made = plot(got, "1h", naming=joined)
    assert [one.name for one in made.series] == ["2xx", "4xx"]
    assert made.series[0].values == (7, 0, 1)
    assert made.series[1].values == (2, 0, 0)
    assert made.top == 10
    assert made.when(0) == "16:00 to 16:01 UTC"
    assert [made.has(index) for index in range(3)] == [True, False, True]
    assert bars(made, 0) == "M0.1 100.00h.8v-70.00h-.8zM2.1 100.00h.8v-10.00h-.8z"
    assert bars(made, 1) == "M0.1 30.00h.8v-20.00h-.8z", "it stands on what came before"


def test_percentiles_are_lines_with_the_highest_of_each_span_and_gaps() -> None:
    points = [[BEGIN, {"n": 1, "p95": 0.1}], [BEGIN + 10, {"n": 1, "p95": 0.4}]]
    points.append([BEGIN + 130, {"n": 1, "p95": 0.2}])
    made = plot(answer(({}, points)), "1h", naming=joined, measures=("p95",))
    assert made.series == (Series("p95", (0.4, None, 0.2), 0.2),)
    assert made.top == 0.5
    assert line(made, 0) == "M0.5 20.00h.01M2.5 60.00h.01"


def test_so_many_lines_are_told_apart_and_the_rest_are_one() -> None:
    many = [({"route": f"r{n}"}, [[BEGIN, {"n": 1}]]) for n in range(20)]
    made = plot(answer(*many), "1h", naming=joined)
    assert len(made.series) == MOST + 1
    assert made.series[-1].name == OTHERS
    assert made.series[-1].total == 20 - MOST
    exactly = plot(answer(*many[: MOST + 1]), "1h", naming=joined)
    assert OTHERS not in [one.name for one in exactly.series], "one more needs no others"


def test_an_answer_without_lines_has_no_series_and_a_point_outside_is_left_out() -> None:
    assert plot(answer(), "1h", naming=joined).series == ()
    late = plot(answer(({}, [[BEGIN + 10_000, {"n": 1}]])), "1h", naming=joined)
    assert late.series[0].total == 0


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 1), (1, 1), (3, 5), (7, 10), (12, 20), (23, 25), (0.03, 0.05), (1e9, 1e9)],
)
def test_the_scale_ends_at_a_round_number(highest: float, top: float) -> None:
    assert nice(highest) == pytest.approx(top)


def test_every_interval_has_words_and_a_span_that_bars_can_be_made_of() -> None:
    from gatepost.admin.charts import INTERVALS

    assert set(SPANS) == set(WORDS) == set(INTERVALS)
    for name, interval in INTERVALS.items():
        assert SPANS[name] % interval.step == 0
        assert 30 <= interval.seconds / SPANS[name] <= 90
