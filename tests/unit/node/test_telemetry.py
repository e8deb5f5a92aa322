from typing import Any

from gatepost.node.telemetry import Meter, Row

AUTHORIZER = """# TYPE gatepost_provider_calls_total counter
gatepost_provider_calls_total{purpose="jwks",result="2xx"} 2
gatepost_provider_call_seconds_sum{purpose="jwks"} 0.5
gatepost_provider_call_seconds_count{purpose="jwks"} 2
gatepost_facts_kept 9
"""


def engine(**counters: Any) -> dict[str, Any]:
    named = {key.replace("__", "\t"): value for key, value in counters.items()}
    return {"counters": {"route\tr1": "orders\tapi", **named}}


SERVICES = {"r1": "s1"}


def found(rows: list[Row], **labels: str) -> dict[str, float] | None:
    return next((values for series, values in rows if series == labels), None)


def test_requests_are_told_by_route_service_and_status_with_their_latency() -> None:
    rows = Meter().rows(
        engine(request__r1__33=2, request__r1__64=1, request__r1__96=0.25), [], SERVICES
    )
    where = {"route": "r1", "service": "s1"}
    assert found(rows, what="requests", code="2xx", **where) == {"n": 2}
    assert found(rows, what="requests", code="4xx", **where) == {"n": 1}
    assert found(rows, what="latency", **where) == {"b1": 2, "b0": 1, "n": 3, "sum": 0.25}


def test_only_what_came_since_the_last_report_is_told() -> None:
    meter = Meter()
    meter.rows(engine(request__r1__32=5, decision__level1=7), [], SERVICES)
    rows = meter.rows(engine(request__r1__32=8, decision__level1=7), [], SERVICES)
    assert found(rows, what="requests", code="2xx", route="r1", service="s1") == {"n": 3}
    assert found(rows, what="decisions", event="level1") is None
    assert meter.rows(engine(request__r1__32=8, decision__level1=7), [], SERVICES) == []


def test_a_counter_that_fell_began_anew() -> None:
    meter = Meter()
    meter.rows(engine(decision__asked=100), [], SERVICES)
    assert found(
        meter.rows(engine(decision__asked=4), [], SERVICES), what="decisions", event="asked"
    ) == {"n": 4}


def test_consumers_are_told_by_id_and_those_beyond_the_bound_as_one() -> None:
    rows = Meter().rows(engine(consumer__r1__c1__2=3, consumer__r1____4=1), [], SERVICES)
    where = {"what": "consumers", "route": "r1", "service": "s1"}
    assert found(rows, **where, consumer="c1", code="2xx") == {"n": 3}
    assert found(rows, **where, consumer="", code="4xx") == {"n": 1}


def test_calls_to_providers_of_all_processes_are_added_up() -> None:
    rows = Meter().rows({}, [AUTHORIZER, AUTHORIZER], SERVICES)
    assert found(rows, what="provider", purpose="jwks", result="2xx") == {"n": 4}
    assert found(rows, what="provider_latency", purpose="jwks") == {"sum": 1.0, "n": 4}


def test_what_is_no_number_and_what_nobody_asks_for_is_left_out() -> None:
    assert (
        Meter().rows(engine(bytes__lua__0=5, running__0=1, oddity="x"), ["nonsense"], SERVICES)
        == []
    )
