"""What every installed plugin owes the house, whoever wrote it."""

import inspect

import pytest
from pydantic import BaseModel

from gatepost.plugin import Attribute, Plugin, installed
from gatepost.plugin.problems import models_in

PLUGINS = [installed().plugin(name) for name in installed().names]
PROTOCOLS = {"http", "https", "grpc", "grpcs"}


@pytest.fixture(params=PLUGINS, ids=lambda plugin: plugin.name)
def plugin(request: pytest.FixtureRequest) -> Plugin:  # type: ignore[type-arg]
    found: Plugin = request.param  # type: ignore[type-arg]
    return found


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            if inner not in found:
                found |= models(inner)
    return found


def test_there_are_plugins() -> None:
    assert PLUGINS


def test_its_name_and_protocols_are_written_as_kong_writes_them(plugin: Plugin) -> None:  # type: ignore[type-arg]
    assert plugin.name == plugin.name.lower()
    assert "_" not in plugin.name
    assert set(plugin.protocols) <= PROTOCOLS
    assert plugin.protocols


def test_it_has_a_docstring_for_the_reference_page(plugin: Plugin) -> None:  # type: ignore[type-arg]
    assert inspect.getdoc(type(plugin))


def test_an_unknown_field_is_refused_in_every_record(plugin: Plugin) -> None:  # type: ignore[type-arg]
    for model in models(plugin.Config):
        assert model.model_config.get("extra") == "forbid", model.__name__
        assert model.model_config.get("frozen"), model.__name__


def test_every_field_says_what_it_is_in_one_line(plugin: Plugin) -> None:  # type: ignore[type-arg]
    for model in models(plugin.Config):
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"
            assert "\n" not in field.description, f"{model.__name__}.{name}"


def test_a_misspelt_field_is_told(plugin: Plugin) -> None:  # type: ignore[type-arg]
    found = installed().check(plugin.name, {"no_such_field_at_all": 1})
    assert any(problem.path == "config.no_such_field_at_all" for problem in found), found


def test_its_schema_can_be_written(plugin: Plugin) -> None:  # type: ignore[type-arg]
    assert plugin.Config.model_json_schema()["properties"] is not None


def test_attributes_are_of_the_closed_list() -> None:
    with pytest.raises(ValueError, match="no such key attribute"):
        Attribute("anything", "else")
