from typing import Any

import pytest

from gatepost.model import Upstream
from gatepost.model.upstream import _ACTIVE, _PASSIVE
from tests.unit.model.saying import ID, mistakes


def test_kongs_defaults_pass_because_deck_writes_them_all() -> None:
    said = mistakes(
        Upstream,
        name="u.internal",
        algorithm="round-robin",
        hash_on="none",
        hash_fallback="none",
        hash_on_header=None,
        hash_on_cookie_path="/",
        slots=10000,
        use_srv_name=False,
        healthchecks={"threshold": 0, "active": _ACTIVE, "passive": _PASSIVE},
    )
    assert said == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("algorithm", "consistent-hashing"), ("hash_on", "ip"), ("hash_fallback", "header"),
        ("hash_on_header", "x"), ("hash_on_cookie", "c"), ("hash_on_cookie_path", "/x"),
        ("hash_on_query_arg", "q"), ("hash_on_uri_capture", "u"), ("use_srv_name", True),
        ("client_certificate", {"id": ID}),
    ],
)  # fmt: skip
def test_other_balancing_is_not_supported_yet(field: str, value: Any) -> None:
    assert "not supported yet" in mistakes(Upstream, name="u", **{field: value})[field]


def test_a_health_check_that_is_switched_on_is_named_by_its_place() -> None:
    checks = {"active": {"healthy": {"interval": 5}}, "passive": {"type": "http"}, "threshold": 0.5}
    assert mistakes(Upstream, name="u", healthchecks=checks).keys() == {
        "healthchecks.active.healthy.interval",
        "healthchecks.threshold",
    }


def test_the_order_of_statuses_and_partial_health_checks_do_not_matter() -> None:
    checks = {"active": {"healthy": {"http_statuses": [302, 200]}}, "passive": None}
    assert mistakes(Upstream, name="u", healthchecks=checks) == {}


def test_an_unknown_part_of_a_health_check_is_refused() -> None:
    said = mistakes(Upstream, name="u", healthchecks={"activ": {}})
    assert said == {"healthchecks.activ": "unknown field; did you mean 'active'?"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("10.0.0.1", "no ip"), ("::1", "no ip"), ("a:80", "no port"), ("a b", "valid hostname")],
)
def test_the_name_is_a_hostname(name: str, words: str) -> None:
    assert words in mistakes(Upstream, name=name)["name"]


def test_slots_are_bounded() -> None:
    assert mistakes(Upstream, name="u", slots=9).keys() == {"slots"}
