"""What a Config is made of, as a tree: kinds in Kong's words, defaults as JSON, marks.

It is read from pydantic's own JSON Schema, so that every type pydantic knows has a place in it.
Schemas, canonical forms and masks are all read off this tree.
"""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from gatepost.values import By, Fault

_WORDS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_LENGTHS = {"minLength": "len_min", "minItems": "len_min", "maxLength": "len_max"}


@dataclass(frozen=True, slots=True)
class Like:
    """Says of a field that holds plain JSON which record it is described by.

    Written into the type: ``Annotated[dict[str, Any], Like(Redis)]``.
    """

    record: type[BaseModel]

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Answer with the record's schema instead of the one of the plain type."""
        return handler(self.record.__pydantic_core_schema__)


@dataclass(frozen=True, slots=True)
class Shape:
    """One type. kind: string, integer, number, boolean, array, set, map, record or json.

    fields: of a record, by name. elements: of an array or set; of a map, its values. rules: what
    Kong says beside the type (``one_of``, ``between``, ``gt``, ``len_min``, ``len_max``).
    referenceable: a vault reference may stand in its place. secret: JSON that may hold secrets.
    """

    kind: str
    fields: Mapping[str, "Member"] = field(default_factory=dict)
    elements: "Shape | None" = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    referenceable: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a record.

    required: it has no default. default: as plain JSON, whole. nullable: null says something else
    than leaving it out, or is the default. filled: null means the record with all its defaults,
    and is shown so. secret: never shown. at_work: it does something. section: the heading that it
    stands under, empty for none.
    """

    shape: Shape
    description: str
    required: bool
    default: Any
    nullable: bool
    filled: bool = False
    secret: bool = False
    at_work: bool = True
    section: str = ""


@functools.cache
def shape_of(model: type[BaseModel]) -> Shape:
    """Return the tree of a Config.

    Raises Fault(by=OURS) ``plugin.unfit`` for a type whose value cannot be written down again.
    """
    schema = json_schema(model)
    definitions: Mapping[str, JsonSchemaValue] = schema.get("$defs", {})
    return _Reader(definitions, model.__name__).shape(schema)


def json_schema(model: type[BaseModel], ref_template: str = "#/$defs/{model}") -> JsonSchemaValue:
    """Return pydantic's JSON Schema of a Config; ``secret`` marks what is never shown.

    ref_template: how one definition refers to another.
    """
    return model.model_json_schema(schema_generator=_Marking, ref_template=ref_template)


class _Marking(GenerateJsonSchema):
    """Marks the fields that are never printed (``repr=False``): they are the secrets.

    And the heading that the class which declares a field has for it.
    """

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        properties = made.get("properties", {})
        model = cast(type[BaseModel], schema["cls"])
        sections = _sections(model)
        for name, info in model.model_fields.items():
            if not info.repr:
                properties[info.alias or name]["secret"] = True
            if sections.get(name):
                properties[info.alias or name]["section"] = sections[name]
        return made


def _sections(model: type[BaseModel]) -> dict[str, str]:
    """Return the heading of each field: that of the class which declares it."""
    return {
        name: getattr(one, "section", "")
        for one in reversed(model.__mro__)
        for name in inspect.get_annotations(one)
    }


class _Reader:
    """Reads one model's JSON Schema. A record that holds itself ends as plain JSON."""

    def __init__(self, definitions: Mapping[str, JsonSchemaValue], model: str) -> None:
        self._definitions = definitions
        self._model = model
        self._inside: tuple[str, ...] = ()

    def shape(self, node: JsonSchemaValue) -> Shape:
        node, _ = self._one(node)
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            if name in self._inside:
                return self._json(self._definitions[name])
            outside, self._inside = self._inside, (*self._inside, name)
            found = self.shape(self._definitions[name])
            self._inside = outside
            return found
        if node.get("writeOnly"):
            why = f"{self._model} holds a SecretStr, which cannot be stored; use str and repr=False"
            raise Fault("plugin.unfit", f"The plugins cannot be used: {why}.", by=By.OURS)
        return self._plain(node)

    def _plain(self, node: JsonSchemaValue) -> Shape:
        kind = node.get("type")
        choices = node.get("enum", [node["const"]] if "const" in node else None)
        if kind is None and choices and all(isinstance(one, str) for one in choices):
            kind = "string"
        if "properties" in node:
            required = set(node.get("required", ()))
            fields = {
                name: self._member(inner, name in required)
                for name, inner in node["properties"].items()
            }
            return Shape("record", fields=fields)
        if kind == "object":
            values = node.get("additionalProperties")
            inside = self.shape(values if isinstance(values, dict) else {})
            return Shape("map", elements=inside)
        if kind == "array":
            items = node.get("items")
            if not isinstance(items, dict):  # each place has a type of its own, or none has
                inside = self._json(node)
            else:
                inside = self.shape({**items, **_passed_on(node)})
            word = "set" if node.get("uniqueItems") else "array"
            return Shape(word, elements=inside, rules=_rules(node, None))
        if kind in _WORDS:
            rules = _rules(node, choices)
            referenceable = kind == "string" and "one_of" not in rules
            return Shape(
                _WORDS[kind],
                rules=rules,
                referenceable=bool(node.get("referenceable", referenceable)),
            )
        return self._json(node)

    def _json(self, node: JsonSchemaValue) -> Shape:
        return Shape("json", secret=self._holds_secret(node, set()))

    def _holds_secret(self, node: Any, seen: set[str]) -> bool:
        """Return whether anything inside is marked, so that what has no shape is not forgotten."""
        if isinstance(node, list):
            return any(self._holds_secret(one, seen) for one in node)
        if not isinstance(node, dict):
            return False
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            if self._holds_secret(self._definitions[name], seen):
                return True
        return node.get("secret") is True or self._holds_secret(list(node.values()), seen)

    def _member(self, node: JsonSchemaValue, required: bool) -> Member:
        inner, nullable = self._one(node)
        marks = {**inner, **node}
        return Member(
            shape=self.shape(node),
            description=str(node.get("description", "")),
            required=required,
            default=as_json(node.get("default")),
            nullable=nullable,
            filled=bool(node.get("filled")),
            secret=bool(marks.get("secret")),
            at_work=node.get("at_work") is not False,
            section=str(node.get("section", "")),
        )

    def _one(self, node: JsonSchemaValue) -> tuple[JsonSchemaValue, bool]:
        """Return what a node is beside null, and whether it may be null."""
        options = node.get("anyOf") or node.get("oneOf")
        if not options:
            return node, False
        others = [one for one in options if one.get("type") != "null"]
        if len(others) != 1:
            return {"choice": others}, len(others) < len(options)
        return {**others[0], **_passed_on(node)}, len(others) < len(options)


def _passed_on(node: JsonSchemaValue) -> JsonSchemaValue:
    """Return the marks that a field says of the texts inside it."""
    return {name: node[name] for name in ("referenceable",) if name in node}


def _rules(node: JsonSchemaValue, choices: list[Any] | None) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if choices is not None:
        rules["one_of"] = [one for one in choices if one is not None]
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        rules["between"] = [low, high]
    elif low is not None and node.get("type") == "integer":
        rules["gt"] = low - 1
    if node.get("exclusiveMinimum") is not None:
        rules["gt"] = node["exclusiveMinimum"]
    for name, word in _LENGTHS.items():
        if name in node:
            rules[word] = node[name]
    return rules


def as_json(value: Any) -> Any:
    """Return plain JSON in Kong's form: lists, and whole numbers without a fraction."""
    match value:
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case dict():
            return {name: as_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [as_json(inner) for inner in value]
    return value
