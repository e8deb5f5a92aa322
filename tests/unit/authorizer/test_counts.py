from prometheus_client.parser import text_string_to_metric_families

from gatepost.authorizer.audit import Audit
from gatepost.authorizer.counts import Counts
from gatepost.plugin.testkit import World


def test_the_text_is_prometheus() -> None:
    counts = Counts(Audit())
    counts.question("forward")
    counts.calls.call("jwks", "2xx", 0.1)
    text = counts.text(World().sources.facts, plans=3, revocations=1)
    families = {one.name: one for one in text_string_to_metric_families(text)}
    (calls,) = families["gatepost_provider_calls"].samples
    assert (calls.labels, calls.value) == ({"purpose": "jwks", "result": "2xx"}, 1)
    (questions,) = families["gatepost_authorizer_questions"].samples
    assert (questions.labels, questions.value) == ({"outcome": "forward"}, 1)
    assert families["gatepost_facts"].type == "counter"
    assert families["gatepost_authorizer_plans"].samples[0].value == 3
