from typing import Any, ClassVar

from pydantic import Field

from gatepost.plugin.describe import described, member_at
from gatepost.plugin.plugin import Bound, Config, Plugin, Site
from gatepost.plugin.shape import shape_of
from tests.unit.plugin.configs import AllKinds, kinds

TOP: dict[str, Any] = {
    name: one for entry in described(kinds)["fields"] for name, one in entry.items()
}
FIELDS = {name: one for entry in TOP["config"]["fields"] for name, one in entry.items()}
OLD = {name: one for entry in TOP["config"]["shorthand_fields"] for name, one in entry.items()}


class First(Config):
    section: ClassVar[str] = "First"
    a: int = Field(1, description="A.")


class Second(First):
    section: ClassVar[str] = "Second"
    b: int = Field(1, description="B.", json_schema_extra={"at_work": False})


class Sectioned(Plugin[Second]):
    name = "sectioned"
    priority = 1
    Config = Second

    def bind(self, config: Second, site: Site) -> Bound:
        return Bound()


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


def test_a_field_has_the_heading_of_the_class_that_declares_it() -> None:
    fields = {
        name: one
        for entry in described(Sectioned())["fields"]
        for inner in entry.get("config", {}).get("fields", ())
        for name, one in inner.items()
    }
    assert fields["a"]["section"] == "First"
    assert fields["b"]["section"] == "Second"
    assert "section" not in FIELDS["name"]


def test_a_field_that_is_not_at_work_says_so() -> None:
    whole = described(Sectioned())["fields"][3]["config"]["fields"]
    assert whole[1]["b"]["at_work"] is False
    assert "at_work" not in whole[0]["a"]
