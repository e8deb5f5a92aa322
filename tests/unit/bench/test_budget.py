from bench.budget import RATIOS, Verdict, verdicts
from bench.sample import Spread, Summary


def summary(case: str, cpu: float) -> Summary:
    return Summary(case, 1, Spread(cpu, cpu, cpu), None, 1.0, 0.1, 0.2, 0.0)


def test_what_keeps_its_budget_is_within_and_what_does_not_is_over_by_so_much() -> None:
    assert Verdict("w", "µs", 150.0, 150.0).words == "within budget"
    assert Verdict("w", "µs", 225.0, 150.0).words == "over by 50 %"
    assert Verdict("w", "µs", None, 150.0).words == "not measured"
    assert not Verdict("w", "µs", None, 150.0).within


def test_every_budget_has_its_verdict_also_when_its_part_did_not_run() -> None:
    found = verdicts({}, {}, None)
    assert len(found) == 9
    assert {one.measured for one in found} == {None}


def test_each_budget_is_fed_by_its_own_measure() -> None:
    ratios = {(one.case, one.over): one.allowed for one in RATIOS}
    summaries = {
        name: summary(name, 100.0) for name in ("gatepost-jwt-cold", "gatepost-introspection")
    }
    found = verdicts(summaries, ratios, 0.5)
    assert all(one.within for one in found)
    late = verdicts(summaries, ratios, 1.5)
    assert [one.work for one in late if not one.within] == ["configuration change at 10,000 routes"]
