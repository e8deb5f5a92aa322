from typing import Any

from gatepost.plugin.describe import described, member_at
from gatepost.plugin.shape import shape_of
from tests.unit.plugin.configs import AllKinds, kinds

TOP: dict[str, Any] = {
    name: one for entry in described(kinds)["fields"] for name, one in entry.items()
}
FIELDS = {name: one for entry in TOP["config"]["fields"] for name, one in entry.items()}
OLD = {name: one for entry in TOP["config"]["shorthand_fields"] for name, one in entry.items()}


def test_the_plugin_itself_is_described_around_its_config() -> None:
    assert described(kinds) is described(kinds)
    assert TOP["protocols"]["default"] == ["grpc", "grpcs", "http", "https"]
    assert (TOP["consumer"]["type"], TOP["consumer"]["eq"]) == ("foreign", None)
    assert (TOP["config"]["type"], TOP["config"]["required"]) == ("record", True)
    assert described(kinds)["entity_checks"] == []


def test_a_field_has_type_rules_default_and_meaning() -> None:
    assert FIELDS["name"] == {
        "type": "string",
        "len_min": 1,
        "len_max": 9,
        "referenceable": True,
        "required": True,
        "description": "A text.",
    }
    assert FIELDS["mode"]["one_of"] == ["a", "b"]
    assert FIELDS["mode"]["default"] == "a"
    assert FIELDS["words"]["elements"] == {"type": "string", "referenceable": True}


def test_a_map_has_keys_and_values() -> None:
    assert FIELDS["limits"]["keys"] == {"type": "string"}
    assert FIELDS["limits"]["values"] == {"type": "integer"}
    assert FIELDS["headers"]["encrypted"] is True


def test_a_record_that_answers_show_whole_is_required() -> None:
    assert FIELDS["server"]["required"]
    assert FIELDS["later"]["required"]
    assert not FIELDS["spare"]["required"]
    inside = {name: one for entry in FIELDS["spare"]["fields"] for name, one in entry.items()}
    assert inside["port"]["between"] == [0, 65535]
    assert inside["password"]["encrypted"] is True


def test_an_old_name_says_where_its_value_is_now() -> None:
    assert OLD["host"]["deprecation"] == {
        "message": "kinds: config.host is deprecated, please use config.server.host instead",
        "removal_in_version": "4.0",
        "replaced_with": [{"path": ["server", "host"]}],
    }
    assert OLD["password"]["encrypted"] is True
    assert OLD["word"]["type"] == "string"


def test_an_old_name_that_is_gone_says_so() -> None:
    assert OLD["gone"]["type"] == "number"
    assert OLD["gone"]["deprecation"]["old_default"] == 4
    assert "replaced_with" not in OLD["gone"]["deprecation"]


def test_a_path_leads_to_a_field() -> None:
    assert member_at(shape_of(AllKinds), ("server", "password")).secret
