import contextlib
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.admin.forms import MOST_FIELDS, read_form, typed_record
from gatepost.admin.problem import Refused


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("a", "1")], {"a": "1"}),
        (
            [("config.issuer", "x"), ("config.scopes", "y")],
            {"config": {"issuer": "x", "scopes": "y"}},
        ),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a[2]", "2"), ("a[1]", "1")], {"a": ["1", "2"]}),
        ([("a", "1"), ("a", "2"), ("a", "3")], {"a": ["1", "2", "3"]}),
        ([("a", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a.b[].c", "1"), ("a.b[].c", "2")], {"a": {"b": [{"c": "1"}, {"c": "2"}]}}),
        ([("a[1].b", "1"), ("a[1].c", "2")], {"a": [{"b": "1", "c": "2"}]}),
        ([("a[1][2]", "x"), ("a[1][1]", "y")], {"a": [["y", "x"]]}),
    ],
)
def test_names_are_ways_into_nested_data(pairs: list[tuple[str, str]], tree: Any) -> None:
    assert read_form(pairs) == tree


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a.b", "2")],
        [("a.b", "1"), ("a", "2")],
        [("a[]", "1"), ("a.b", "2")],
        [("a.b", "1"), ("a[]", "2")],
        [("", "1")],
        [("a.", "1")],
        [("a[x]", "1")],
        [("a[", "1")],
        [(".".join("a" * 20), "1")],
        [(f"a{n}", "1") for n in range(MOST_FIELDS + 1)],
    ],
)
def test_a_form_that_contradicts_itself_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused, match="Cannot parse the form"):
        read_form(pairs)


FIELDS: list[dict[str, dict[str, Any]]] = [
    {"port": {"type": "integer"}},
    {"enabled": {"type": "boolean"}},
    {"tags": {"type": "set", "elements": {"type": "string"}}},
    {"numbers": {"type": "array", "elements": {"type": "number"}}},
    {"headers": {"type": "map", "values": {"type": "array", "elements": {"type": "string"}}}},
    {
        "config": {
            "type": "record",
            "fields": [{"timeout": {"type": "number"}}],
            "shorthand_fields": [{"old": {"type": "boolean"}}],
        }
    },
]


@pytest.mark.parametrize(
    ("texts", "data"),
    [
        ({"port": "80"}, {"port": 80}),
        ({"port": "08"}, {"port": "08"}),
        ({"port": "x"}, {"port": "x"}),
        ({"port": "1" * 40}, {"port": "1" * 40}),
        ({"enabled": "true"}, {"enabled": True}),
        ({"enabled": "yes"}, {"enabled": "yes"}),
        ({"tags": "a"}, {"tags": ["a"]}),
        ({"tags": ["1", "2"]}, {"tags": ["1", "2"]}),
        ({"numbers": ["1", "-2.5"]}, {"numbers": [1, -2.5]}),
        ({"headers": {"x": "a"}}, {"headers": {"x": ["a"]}}),
        ({"config": {"timeout": "10", "old": "false"}}, {"config": {"timeout": 10, "old": False}}),
        ({"port": "", "unknown": "1"}, {"port": None, "unknown": "1"}),
    ],
)
def test_texts_become_what_the_schema_says(texts: dict[str, Any], data: dict[str, Any]) -> None:
    assert typed_record(texts, FIELDS) == data


@given(st.lists(st.tuples(st.text("ab.[]12", max_size=12), st.text(max_size=3)), max_size=8))
def test_any_form_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(Refused):
        typed_record(read_form(pairs), FIELDS)


def test_many_values_of_one_field_cost_little() -> None:
    begun = time.process_time()
    assert len(read_form([("a", "x")] * MOST_FIELDS)["a"]) == MOST_FIELDS
    assert time.process_time() - begun < 1.0
