from typing import Any

import pytest

from gatepost.console.trying.supposing import claims_changed, config_changed, own_config, shown


@pytest.mark.parametrize("value", ["ann", "12", "true", "", '"x"', 12, True, None, ["a"], {"a": 1}])
def test_a_claim_that_is_not_touched_is_not_changed(value: Any) -> None:
    assert claims_changed({"a": value}, [["a", shown(value)]]) == {}


def test_claims_are_changed_added_and_taken_away() -> None:
    claims = {"sub": "ann", "scope": "read", "groups": ["a"]}
    rows = [["sub", "bob"], ["groups", '["a", "b"]'], ["level", "7"], ["", "nobody"]]
    expected = {"sub": "bob", "groups": ["a", "b"], "level": 7, "scope": None}
    assert claims_changed(claims, rows) == expected


def test_of_a_policy_only_what_is_other_is_supposed() -> None:
    plugin = {
        "enabled": True,
        "config": {"a": 1, "b": ["x"], "secret": ["{masked}"], "gone": 2, "n": None},
    }
    told = {"enabled": False, "config": {"a": 1, "b": ["y"], "secret": ["{masked}"]}}
    assert config_changed(plugin, told) == {"enabled": False, "config": {"b": ["y"], "gone": None}}
    assert config_changed(plugin, {"enabled": True, "config": plugin["config"]}) == {}


def test_what_is_as_it_is_by_default_is_not_shown() -> None:
    schema = {
        "fields": [
            {"name": {"type": "string"}},
            {"config": {"fields": [
                {"a": {"default": 1}}, {"b": {}},
                {"redis": {"fields": [{"port": {"default": 6379}}, {"host": {"default": "h"}}]}},
            ]}},
        ]
    }  # fmt: skip
    config = {"a": 1, "b": None, "redis": {"port": 6379, "host": "h"}, "c": 3}
    assert own_config(config, schema) == {"c": 3}
    config = {"a": 2, "b": "x", "redis": {"port": 1, "host": "h"}}
    assert own_config(config, schema) == {"a": 2, "b": "x", "redis": {"port": 1}}
    assert own_config({"a": 1}, {}) == {"a": 1}
    other = {"fields": [{"config": {"fields": [{"a": {}}], "shorthand_fields": [{"old_a": {}}]}}]}
    assert own_config({"a": 1, "old_a": 1}, other) == {"a": 1}
