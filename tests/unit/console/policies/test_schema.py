import pytest

from tests.unit.console.policies.schemas import OIDC, OIDC_TOLD, UNKNOWN, read_schema


def test_every_field_of_a_schema_is_there_once_and_old_spellings_are_not() -> None:
    top = {name for entry in OIDC_TOLD["fields"][3]["config"]["fields"] for name in entry}
    assert {one.path.split(".")[0] for one in OIDC.fields} == top
    assert len({one.path for one in OIDC.fields}) == len(OIDC.fields)
    assert OIDC.field("consumer_claim") is None
    assert UNKNOWN.field("old") is None
    assert UNKNOWN.field("max") is None


def test_a_record_is_read_as_its_fields() -> None:
    port = OIDC.field("redis.port")
    assert port is not None
    assert (port.kind, port.default, port.section) == ("integer", 6379, "Redis")
    password = UNKNOWN.field("store.password")
    assert password is not None
    assert password.secret


def test_what_does_nothing_yet_is_in_no_section() -> None:
    offered = {one.path for fields in OIDC.sections().values() for one in fields}
    asleep = {one.path for one in OIDC.asleep()}
    assert "token_exchange" in asleep
    assert "client_id" in offered
    assert not offered & asleep
    assert [one.path for one in UNKNOWN.asleep()] == ["asleep"]


def test_fields_without_a_heading_stand_under_a_plain_one() -> None:
    assert list(UNKNOWN.sections()) == ["Settings", "Store"]


def test_where_a_plugin_may_apply_is_told_by_its_schema() -> None:
    assert OIDC.scopes == ("service", "route")
    assert UNKNOWN.scopes == ("service", "route", "consumer")


def test_only_what_has_no_default_is_required() -> None:
    assert [one.path for one in OIDC.fields if one.required] == ["issuer"]
    assert [one.path for one in UNKNOWN.fields if one.required] == ["limit"]


@pytest.mark.parametrize("words", ["leeway", "clocks differ", "LEEWAY seconds", "verification lee"])
def test_fields_are_found_by_name_heading_and_help(words: str) -> None:
    assert "leeway" in [one.path for one in OIDC.search(words)]


def test_a_search_for_markup_finds_nothing() -> None:
    assert OIDC.search("<script>\u202e" + "x" * 10_000) == []


def test_nothing_and_an_empty_list_are_the_same_to_a_form() -> None:
    groups = OIDC.field("groups_required")
    assert groups is not None
    assert not groups.differs([])
    assert groups.differs(["a"])


def test_a_schema_of_nonsense_has_no_fields() -> None:
    assert read_schema("x", {"fields": ["a", {"config": {"fields": [1, {"b": 2}]}}]}).fields == ()
