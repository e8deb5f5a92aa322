from itertools import combinations

import pytest

from gatepost.model import Plugin
from gatepost.model.precedence import PluginIndex
from tests.unit.model.saying import ID

CONSUMER, ROUTE, SERVICE = (f"{n}0000000-0000-4000-8000-000000000000" for n in "abc")
SCOPES = [  # most specific first, as Kong documents it
    {"consumer": CONSUMER, "route": ROUTE, "service": SERVICE},
    {"consumer": CONSUMER, "route": ROUTE},
    {"consumer": CONSUMER, "service": SERVICE},
    {"route": ROUTE, "service": SERVICE},
    {"consumer": CONSUMER},
    {"route": ROUTE},
    {"service": SERVICE},
    {},
]


def _plugin(number: int, **fields: object) -> Plugin:
    ident = f"00000000-0000-4000-8000-{number:012}"
    return Plugin.model_validate({"id": ident, "name": "a", **SCOPES[number], **fields})


def _applying(*plugins: Plugin, consumer: str | None = CONSUMER) -> list[Plugin]:
    index = PluginIndex(plugins)
    return list(index.applying(route=ROUTE, service=SERVICE, consumer=consumer))


@pytest.mark.parametrize(("first", "second"), list(combinations(range(8), 2)))
def test_the_more_specific_of_two_instances_runs(first: int, second: int) -> None:
    assert _applying(_plugin(first), _plugin(second)) == [_plugin(first)]
    assert _applying(_plugin(second), _plugin(first)) == [_plugin(first)]


@pytest.mark.parametrize(("first", "second"), list(combinations([3, 5, 6, 7], 2)))
def test_the_order_holds_without_a_consumer(first: int, second: int) -> None:
    assert _applying(_plugin(second), _plugin(first), consumer=None) == [_plugin(first)]


def test_an_instance_for_a_consumer_does_not_run_for_nobody() -> None:
    assert _applying(_plugin(0), _plugin(1), _plugin(2), _plugin(4), consumer=None) == []


def test_an_instance_for_another_route_does_not_run() -> None:
    assert _applying(_plugin(5, route=ID)) == []


def test_a_disabled_instance_does_not_hide_a_less_specific_one() -> None:
    assert _applying(_plugin(5, enabled=False), _plugin(7)) == [_plugin(7)]


def test_instances_of_different_names_all_run_in_the_order_of_names() -> None:
    assert [p.name for p in _applying(_plugin(7, name="b"), _plugin(5), _plugin(6, name="c"))] == [
        "a",
        "b",
        "c",
    ]


def test_without_a_route_only_global_and_consumer_instances_run() -> None:
    index = PluginIndex([_plugin(n) for n in (5, 6, 7)])
    assert index.applying(route=None, service=None, consumer=None) == (_plugin(7),)
