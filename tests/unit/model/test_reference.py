from typing import Any

import pytest

from gatepost.model import Unresolved, Vault, check_references, is_reference, resolve
from gatepost.model.reference import parse_reference
from tests.unit.model.saying import ID

ENVIRONMENT = {
    "NAME": "value",
    "NAME_WITH_DASH": "dashed",
    "MY_TEAM_TOKEN": "prefixed",
    "JSON": '{"user": "ann", "port": 5432, "flag": true, "inner": {}}',
    "LIST": "[1]",
    "EMPTY": "",
}
VAULT = Vault.model_validate(
    {"id": ID, "prefix": "team-env", "name": "env", "config": {"prefix": "my-team_"}}
)


def _resolved(value: Any) -> Any:
    return resolve(value, ENVIRONMENT.get, [VAULT])


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("{vault://env/NAME}", "value"),
        ("{vault://env/name}", "value"),
        ("{vault://env/name-with-dash}", "dashed"),
        ("{vault://team-env/token}", "prefixed"),
        ("{vault://env/JSON/user}", "ann"),
        ("{vault://env/JSON/port}", "5432"),
        ("{vault://env/EMPTY}", ""),
    ],
)
def test_a_reference_becomes_its_value(reference: str, expected: str) -> None:
    assert _resolved(reference) == expected


def test_references_are_found_in_lists_and_maps_and_the_rest_is_kept() -> None:
    value = {"a": ["{vault://env/NAME}", 1, None], "b": {"c": "text", "d": ("{vault://env/NAME}",)}}
    assert _resolved(value) == {"a": ["value", 1, None], "b": {"c": "text", "d": ("value",)}}
    assert value["a"][0] == "{vault://env/NAME}"  # what was given is not changed


def test_a_resolved_value_is_not_resolved_again() -> None:
    assert resolve("{vault://env/A}", {"A": "{vault://env/B}"}.get) == "{vault://env/B}"


def test_all_that_is_missing_is_told_with_its_path_and_without_any_value() -> None:
    value = {"a": ["{vault://env/NOPE}"], "b": "{vault://env/JSON/nope}", "c": "{vault://x/NAME}"}
    with pytest.raises(Unresolved) as caught:
        _resolved(value)
    said = {found.at: found.message for found in caught.value.violations}
    assert said[("a", 0)] == "the environment variable NOPE is not set"
    assert said[("b",)] == "the environment variable JSON has no text under 'nope'"
    assert "no vault has the prefix 'x'" in said[("c",)]
    assert caught.value.code == "config.reference_unresolved"
    assert "ann" not in str(caught.value)
    assert "a.0: " in str(caught.value)


@pytest.mark.parametrize("name", ["LIST/x", "NAME/x", "JSON/flag", "JSON/inner"])
def test_a_key_needs_a_json_object_with_text_under_it(name: str) -> None:
    with pytest.raises(Unresolved):
        _resolved("{vault://env/" + name + "}")


@pytest.mark.parametrize(
    "text",
    ["{vault://env}", "{vault://env/}", "{vault://env/A/}", "{vault://env/A/b/c}", "{vault://env/A",
     "Bearer {vault://env/A}", "{vault://env/A}{vault://env/B}", "{vault://env/A?ttl=1}",
     "{vault://env/A B}"],
)  # fmt: skip
def test_a_malformed_reference_is_an_error_and_never_plain_text(text: str) -> None:
    with pytest.raises(ValueError, match="whole value"):
        parse_reference(text)
    assert check_references({"x": text})[0].at == ("x",)


def test_a_check_needs_no_environment() -> None:
    assert check_references(["{vault://env/NOT_SET}", "{vault://team-env/x}"], [VAULT]) == []
    assert len(check_references("{vault://team-env/x}")) == 1


def test_a_reference_is_told_from_text() -> None:
    assert is_reference("{vault://env/X}")
    assert not is_reference("vault://env/X")
    assert not is_reference(5)
