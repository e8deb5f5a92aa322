from prometheus_client.parser import text_string_to_metric_families

from gatepost.outside.samples import Sample, as_text


def test_the_text_is_prometheus() -> None:
    samples: list[Sample] = [
        ("a_total", {"event": "made"}, 2),
        ("a_total", {"event": "failed"}, 1),
        ("b", {}, 0.5),
        ("c_bucket", {"le": "+Inf"}, 3),
        ("c_sum", {}, 1.5),
        ("c_count", {}, 3),
    ]
    families = {one.name: one for one in text_string_to_metric_families(as_text(samples))}
    assert {name: one.type for name, one in families.items()} == {
        "a": "counter",
        "b": "gauge",
        "c": "histogram",
    }
    assert [sample.value for sample in families["a"].samples] == [2, 1]


def test_nothing_is_an_empty_text() -> None:
    assert as_text([]) == ""
