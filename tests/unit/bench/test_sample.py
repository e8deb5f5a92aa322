import pytest

from bench.sample import Sample, Spread, cpu_by_round, ratio, summarize


def sample(case: str, number: int, cpu: float) -> Sample:
    return Sample(case, number, requests=10, cpu=cpu, rate=1.0, p50=0.1, p99=0.2, calls=0.0)


def test_a_ratio_is_made_within_its_round_and_then_the_middle_is_taken() -> None:
    samples = [
        *(sample("base", number, cpu) for number, cpu in ((1, 10.0), (2, 20.0), (3, 10.0))),
        *(sample("ours", number, cpu) for number, cpu in ((1, 12.0), (2, 22.0), (3, 15.0))),
    ]
    found = summarize(samples, "base", ["base", "ours"])
    assert found["ours"].ratio == Spread(median=1.2, least=1.1, most=1.5)
    assert found["base"].ratio == Spread(1.0, 1.0, 1.0)


def test_a_case_that_ran_twice_in_a_round_counts_there_with_its_mean() -> None:
    samples = [sample("base", 1, 10.0), sample("base", 1, 20.0)]
    assert cpu_by_round(samples, "base") == {1: pytest.approx(15.0)}


def test_there_is_no_ratio_without_a_common_round() -> None:
    assert ratio({1: 5.0}, {2: 5.0}) is None
    assert summarize([sample("ours", 1, 5.0)], "base", ["ours"])["ours"].ratio is None


def test_summaries_stand_in_the_order_that_was_asked_for() -> None:
    samples = [sample("b", 1, 1.0), sample("a", 1, 1.0)]
    assert list(summarize(samples, "a", ["a", "b"])) == ["a", "b"]
