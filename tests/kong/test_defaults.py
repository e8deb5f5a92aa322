from typing import Any

from tests.kong.defaults import (
    TO_SEND,
    config_schema,
    default_protocols,
    entity_defaults,
    fill,
    merge,
    reconcile_old_spellings,
    replacements,
)
from tests.kong.tiny_server import SCHEMAS

LIMIT = config_schema(SCHEMAS["plugins/limit"])


def record(*fields: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"type": "record", "fields": list(fields), **rest}


def test_what_is_absent_takes_its_default_and_without_one_it_is_null() -> None:
    filled = fill(LIMIT, {})
    assert filled["policy"] == "local"
    assert filled["minute"] is None


def test_what_the_file_says_stays_even_when_it_says_null_or_false() -> None:
    schema = record({"a": {"type": "boolean", "default": True}}, {"b": {"default": 1}})
    assert fill(schema, {"a": False, "b": None}) == {"a": False, "b": None}


def test_a_required_record_is_filled_and_an_optional_one_only_where_the_file_has_it() -> None:
    inner = record({"size": {"type": "integer", "default": 3}})
    schema = record({"must": {**inner, "required": True}}, {"may": inner})
    assert fill(schema, {}) == {"must": {"size": 3}, "may": None}
    assert fill(schema, {"may": {}})["may"] == {"size": 3}


def test_the_default_of_a_record_goes_before_those_of_its_fields() -> None:
    schema = record(
        {"r": record({"a": {"default": 1}}, {"b": {"default": 2}}, required=True, default={"a": 9})}
    )
    assert fill(schema, {}) == {"r": {"a": 9, "b": 2}}


def test_records_in_a_list_are_filled_one_by_one() -> None:
    elements = record({"port": {"type": "integer", "default": 6379}})
    schema = record({"nodes": {"type": "array", "elements": elements}})
    assert fill(schema, {"nodes": [{"port": 1}, {}]}) == {"nodes": [{"port": 1}, {"port": 6379}]}


def test_a_free_map_is_never_looked_into() -> None:
    schema = record({"m": {"type": "map", "keys": {"type": "string"}, "values": {}}})
    assert fill(schema, {"m": {"x": {}}}) == {"m": {"x": {}}}


def test_what_is_sent_has_generated_fields_filled_and_no_defaults() -> None:
    schema = record({"key": {"type": "string", "auto": True}}, {"size": {"default": 3}})
    assert fill(schema, {}, TO_SEND) == {"key": None}


def test_a_field_that_an_old_spelling_sets_gets_no_default() -> None:
    filled = fill(LIMIT, {"redis_host": "old.test"})
    assert filled["redis_host"] == "old.test"
    assert "host" not in filled["redis"]
    assert filled["redis"]["port"] == 6379


def test_a_list_that_an_old_spelling_sets_is_left_absent() -> None:
    old = {"claim": {"deprecation": {"replaced_with": [{"path": ["claims"]}]}}}
    schema = record({"claims": {"type": "array", "default": ["x"]}}, shorthand_fields=[old])
    assert fill(schema, {"claim": "a"}) == {"claim": "a"}


def test_a_file_in_old_words_is_held_against_the_old_words_of_the_answer() -> None:
    wanted = fill(LIMIT, {"redis_host": "old.test"})
    current = {**fill(LIMIT, {"redis": {"host": "old.test"}}), "redis_host": "old.test"}
    reconcile_old_spellings(wanted, current, LIMIT)
    assert wanted == current


def test_a_file_in_new_words_takes_no_notice_of_the_old_words_of_the_answer() -> None:
    wanted = fill(LIMIT, {"redis": {"host": "new.test"}})
    current = {**fill(LIMIT, {"redis": {"host": "new.test"}}), "redis_host": "new.test"}
    reconcile_old_spellings(wanted, current, LIMIT)
    assert wanted == current


def test_a_server_that_does_not_answer_in_old_words_never_settles_with_a_file_that_uses_them() -> (
    None
):
    wanted = fill(LIMIT, {"redis_host": "old.test"})
    current = fill(LIMIT, {"redis": {"host": "old.test"}})
    reconcile_old_spellings(wanted, current, LIMIT)
    assert wanted != current


def test_where_both_words_stand_the_new_one_counts_unless_it_is_null() -> None:
    both = fill(LIMIT, {"redis_host": "old.test", "redis": {"host": None}})
    current = {**fill(LIMIT, {"redis": {"host": "old.test"}}), "redis_host": "old.test"}
    reconcile_old_spellings(both, current, LIMIT)
    assert both == current
    assert "host" not in both["redis"]


def test_a_shorthand_may_name_its_place_in_the_older_way() -> None:
    assert replacements({"translate_backwards": ["a", "b"]}) == [["a", "b"]]
    assert replacements({"type": "string"}) is None


def test_the_protocols_of_a_plugin_come_from_its_schema() -> None:
    assert default_protocols(SCHEMAS["plugins/limit"]) == ["http", "https"]
    assert default_protocols({"fields": []}) is None


def test_defaults_of_entities_are_records_of_what_has_a_default() -> None:
    schema = record({"a": {"default": 0}}, {"b": {}}, {"r": record({"c": {"default": [1]}})})
    assert entity_defaults(schema) == {"a": 0, "r": {"c": [1]}}


def test_defaults_fill_what_is_empty_and_leave_false_and_zero() -> None:
    entity = {"a": 0, "b": False, "c": [], "r": {"x": 1}}
    merge(entity, {"a": 5, "b": True, "c": [1], "r": {"x": 2, "y": 3}, "n": 4})
    assert entity == {"a": 0, "b": False, "c": [1], "r": {"x": 1, "y": 3}, "n": 4}
