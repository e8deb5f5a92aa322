from prometheus_client.parser import text_string_to_metric_families

from gatepost.authorizer.counts import Counts
from gatepost.plugin.testkit import World


def test_the_text_is_prometheus() -> None:
    counts = Counts()
    counts.question("forward")
    for seconds in (0.001, 0.02, 99):
        counts.call("jwks", "2xx", seconds)
    text = counts.text(World().sources.facts, plans=3, revocations=1)
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert families["gatepost_provider_call_seconds"].type == "histogram"
    samples = {
        sample.labels.get("le"): sample.value
        for sample in families["gatepost_provider_call_seconds"].samples
        if sample.name.endswith("_bucket")
    }
    assert (samples["0.005"], samples["0.025"], samples["+Inf"]) == (1, 2, 3)
    (calls,) = families["gatepost_provider_calls"].samples
    assert (calls.labels, calls.value) == ({"purpose": "jwks", "result": "2xx"}, 3)
    assert families["gatepost_facts"].type == "counter"
