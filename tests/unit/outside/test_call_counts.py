from gatepost.outside.call_counts import CallCounts


def test_calls_are_counted_by_result_and_by_how_long_they_took() -> None:
    counts = CallCounts()
    for seconds in (0.001, 0.02, 99):
        counts.call("jwks", "2xx", seconds)
    counts.call("jwks", "provider.timeout", 1)
    samples = list(counts.samples())
    calls = {
        labels["result"]: value for name, labels, value in samples if name.endswith("calls_total")
    }
    assert calls == {"2xx": 3, "provider.timeout": 1}
    buckets = {labels["le"]: value for name, labels, value in samples if name.endswith("_bucket")}
    assert (buckets["0.005"], buckets["0.025"], buckets["+Inf"]) == (1, 2, 4)
    assert sum(value for name, _, value in samples if name.endswith("_sum")) == 100.021
