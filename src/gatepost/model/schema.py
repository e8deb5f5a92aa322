"""An entity's fields in the form in which Kong tells them: ``GET /schemas/{entity}``.

Rules of the file: everything is read from the entity's class, so a field is told as it is checked.
decK fills defaults from this, so every default that an answer shows stands here and no other.
"""

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gatepost.model.catalog import CATALOG, Kind, Reference
from gatepost.model.entity import NotYet

_PLAIN: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", float: "number"}
_AUTO = {
    "id": {"type": "string", "uuid": True, "auto": True},
    "created_at": {"type": "integer", "timestamp": True, "auto": True},
    "updated_at": {"type": "integer", "timestamp": True, "auto": True},
}


@cache
def entity_schema(kind: str) -> dict[str, Any]:
    """Return ``{"fields": [{name: {...}}, ...], "entity_checks": []}``. KeyError: no such kind."""
    about = CATALOG[kind]
    fields: list[dict[str, Any]] = []
    for name, field in about.entity.model_fields.items():
        fields.append({name: _field(about, name, field)})
    for name, not_yet in about.entity.NOT_YET.items():
        if not_yet.shown:
            fields.append({name: _later(not_yet)})
    return {"fields": fields, "entity_checks": []}


def _field(kind: Kind, name: str, field: FieldInfo) -> dict[str, Any]:
    if name in _AUTO:
        auto = dict(_AUTO[name])
        if field.annotation is float:
            auto["type"] = "number"
        return auto
    reference = kind.reference(name)
    found = _reference(reference) if reference else _type(field.annotation, field.metadata)
    if name in kind.auto:
        found["auto"] = True
    elif field.is_required():
        found["required"] = True
    else:
        default = plain(field.get_default(call_default_factory=True))
        if default is not None:
            found["required"] = True
            if found["type"] != "record":  # its fields have theirs
                found["default"] = default
    if name in kind.secret:
        found["encrypted"] = True
    return found


def _reference(reference: Reference) -> dict[str, Any]:
    if reference.many:
        return {"type": "array", "elements": {"type": "string", "uuid": True}}
    return {"type": "foreign", "reference": reference.kind}


def _type(annotation: Any, metadata: Any = ()) -> dict[str, Any]:
    """Return type, elements and limits of an annotation; ``| None`` says nothing here."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], (*arguments[1:], *metadata))
    if origin in (Union, UnionType):
        inner = next(one for one in arguments if one is not NoneType)
        return _type(inner, metadata)
    if origin is Literal:
        return {"type": _PLAIN[type(arguments[0])], "one_of": list(arguments)}
    if origin is tuple:
        return {"type": "set", "elements": _type(arguments[0])}
    if origin is dict:
        keys, values = (_type(argument) for argument in arguments)
        return {"type": "map", "keys": keys, "values": values} | _limits(metadata)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = []
        for name, field in annotation.model_fields.items():
            found = _type(field.annotation, field.metadata)
            default = plain(field.get_default(call_default_factory=True))
            fields.append({name: found | ({} if default is None else {"default": default})})
        return {"type": "record", "fields": fields}
    return {"type": _PLAIN.get(annotation, "any")} | _limits(metadata)


def _limits(metadata: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in metadata:
        check = getattr(one, "func", None)
        for limit in ("one_of", "between"):
            if hasattr(check, limit):
                found[limit] = list(getattr(check, limit))
    return found


def _later(not_yet: NotYet) -> dict[str, Any]:
    default = plain(not_yet.default)
    if default is None and not_yet.default is None:
        kind, _, reference = not_yet.type.partition(" ")
        return {"type": kind} | ({"reference": reference} if reference else {})
    if default is None:
        return _of_value(not_yet.default)
    found = _of_value(not_yet.default)
    return found if found["type"] == "record" else found | {"default": default}


def _of_value(value: Any) -> dict[str, Any]:
    """Return the type of a field by one of its values."""
    if isinstance(value, Mapping):
        if not value:
            return {
                "type": "map",
                "keys": {"type": "string"},
                "values": {"type": "array", "elements": {"type": "string"}},
            }
        fields = []
        for name, inner in value.items():
            default = None if isinstance(inner, Mapping) else plain(inner)
            fields.append(
                {name: _of_value(inner) | ({} if default is None else {"default": default})}
            )
        return {"type": "record", "required": True, "fields": fields}
    if isinstance(value, list | tuple):
        inner = _of_value(value[0]) if value else {"type": "string"}
        return {"type": "array", "elements": inner}
    return {"type": _PLAIN.get(type(value), "string")}


def plain(value: Any) -> Any:
    """Return a value as JSON has it, and as Kong shows it: what is empty is null."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()} or None
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value] or None
    return value
