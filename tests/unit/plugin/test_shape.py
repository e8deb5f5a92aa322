from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from gatepost.plugin.shape import Shape, as_json, json_schema, shape_of
from gatepost.values import Fault
from tests.unit.plugin.configs import AllKinds, Server

FIELDS = shape_of(AllKinds).fields


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "string"),
        ("mode", "string"),
        ("count", "integer"),
        ("rate", "number"),
        ("on", "boolean"),
        ("words", "array"),
        ("methods", "set"),
        ("headers", "map"),
        ("anything", "json"),
        ("server", "record"),
        ("spare", "record"),
        ("later", "record"),
    ],
)
def test_a_type_has_kongs_word(name: str, kind: str) -> None:
    assert FIELDS[name].shape.kind == kind


def test_what_is_inside_has_a_shape_too() -> None:
    assert FIELDS["words"].shape.elements == Shape("string", referenceable=True)
    assert FIELDS["limits"].shape.elements == Shape("integer")
    servers = FIELDS["servers"].shape.elements
    assert servers is not None
    assert set(servers.fields) == {"host", "port", "password"}
    assert set(FIELDS["later"].shape.fields) == {"key", "on"}


def test_rules_are_read_from_the_type() -> None:
    assert FIELDS["name"].shape.rules == {"len_min": 1, "len_max": 9}
    assert FIELDS["mode"].shape.rules == {"one_of": ["a", "b"]}
    assert FIELDS["count"].shape.rules == {"gt": 0}
    assert FIELDS["rate"].shape.rules == {"gt": 0}
    assert FIELDS["server"].shape.fields["port"].shape.rules == {"between": [0, 65535]}


def test_defaults_are_plain_json_in_kongs_form() -> None:
    assert FIELDS["name"].required
    assert FIELDS["rate"].default == 1
    assert isinstance(FIELDS["rate"].default, int)
    assert FIELDS["words"].default == ["x"]
    assert FIELDS["server"].default == {"host": "localhost", "port": 80, "password": None}
    assert as_json({"a": (2.0, 2.5, True)}) == {"a": [2, 2.5, True]}


def test_what_is_never_printed_is_secret() -> None:
    assert FIELDS["headers"].secret
    assert FIELDS["server"].shape.fields["password"].secret
    assert FIELDS["later"].shape.fields["key"].secret
    assert not FIELDS["name"].secret
    assert json_schema(AllKinds)["properties"]["headers"]["secret"] is True


def test_only_a_free_text_takes_a_reference() -> None:
    assert FIELDS["name"].shape.referenceable
    assert not FIELDS["mode"].shape.referenceable
    assert not FIELDS["count"].shape.referenceable


class Tree(BaseModel):
    below: list["Tree"] = Field([], description="More of them.")
    key: str | None = Field(None, description="A key.", repr=False)
    either: int | Server = Field(1, description="One of two.")
    both: tuple[int, Server] | None = Field(None, description="Two.")
    free: int | str = Field(1, description="One of two.")


def test_a_record_that_holds_itself_is_json_inside() -> None:
    assert shape_of(Tree).fields["below"].shape.elements == Shape("json", secret=True)


def test_what_has_no_word_in_kong_is_json_and_its_secrets_are_not_forgotten() -> None:
    fields = shape_of(Tree).fields
    assert fields["either"].shape == Shape("json", secret=True)
    assert fields["both"].shape.elements == Shape("json", secret=True)
    assert fields["free"].shape == Shape("json")


class Quiet(BaseModel):
    word: SecretStr = Field(..., description="A secret.")


def test_a_secret_that_could_not_be_written_down_again_is_refused() -> None:
    with pytest.raises(Fault, match="use str and repr=False"):
        shape_of(Quiet)


def test_the_json_schema_refers_as_it_is_told_to() -> None:
    schema: Any = json_schema(AllKinds, "#/components/schemas/{model}")
    assert schema["properties"]["servers"]["items"]["$ref"] == "#/components/schemas/Server"
