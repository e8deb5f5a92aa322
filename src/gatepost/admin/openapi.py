"""The OpenAPI document, grown from the paths that are served and the schemas of entities."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from gatepost import __version__
from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.certificate_names import SCHEMA
from gatepost.admin.paths import Endpoint
from gatepost.admin.trace_handlers import FILTERS
from gatepost.model import CATALOG
from gatepost.model.schema import entity_schema

Json = dict[str, Any]
_TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_NAME = re.compile(r"\{([^}]+)\}")
_ANY: Json = {}
_ERRORS = {
    "400": "The request is malformed, or the entity is refused.",
    "401": "No token, or a bad one.",
    "403": "The caller may not do this.",
    "404": "It is not there.",
    "405": "Not for this.",
    "408": "The body did not come in time.",
    "409": "A unique field has this value already.",
    "412": "The entity has changed since it was read.",
    "413": "The body is too long.",
    "415": "The body is neither JSON nor a form.",
    "502": "A provider or a gateway did not answer as it should.",
    "503": "The database does not answer, or too much is being tried at once.",
    "504": "A provider or a gateway did not answer in time.",
}
_PAGES = (("size", "integer"), ("offset", "string"), ("tags", "string"))
_TRACES = (
    *((name, "integer" if name == "status" else "string") for name in FILTERS),
    ("before", "string"),
    ("size", "integer"),
)


async def document(ask: Ask) -> Response:
    """Show this API as an OpenAPI document."""
    ask.allow(Role.VIEWER)
    return answer(described(ask.control.paths.all()))


def described(endpoints: Iterable[Endpoint[Any]]) -> Json:
    """Return the OpenAPI 3.1 document of these endpoints."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatepost Admin API",
            "version": __version__,
            "description": "Kong's Admin API. The entities of another control plane are at the "
            "same paths under /v2/control-planes/{id}/core-entities.",
        },
        "paths": {one.template: _path(one) for one in endpoints},
        "components": {
            "schemas": {"error": _error(), **{kind: entity(kind) for kind in CATALOG}},
            "responses": {code: _refused(text) for code, text in _ERRORS.items()},
        },
    }


def entity(kind: str) -> Json:
    """Return the JSON Schema of an entity in Kong's shape."""
    fields = [*entity_schema(kind)["fields"], *([SCHEMA] if kind == "certificates" else [])]
    members = {name: about for one in fields for name, about in one.items()}
    return {
        "type": "object",
        "properties": {name: _field(about) for name, about in members.items()},
        "additionalProperties": False,
    }


def _field(about: Mapping[str, Any]) -> Json:
    kind = about.get("type")
    if kind in _TYPES:
        found: Json = {"type": [_TYPES[kind], "null"]}
        if "one_of" in about:
            found["enum"] = [*about["one_of"], None]
        if "between" in about:
            found["minimum"], found["maximum"] = about["between"]
        if about.get("uuid"):
            found["format"] = "uuid"
        return found
    if kind in {"array", "set"}:
        return {"type": ["array", "null"], "items": _field(about.get("elements", _ANY))}
    if kind == "map":
        return {
            "type": ["object", "null"],
            "additionalProperties": _field(about.get("values", _ANY)),
        }
    if kind == "foreign":
        return {"type": ["object", "null"], "properties": {"id": {"type": "string"}}}
    if kind == "record" and "fields" in about:
        inside = {name: _field(inner) for one in about["fields"] for name, inner in one.items()}
        return {"type": ["object", "null"], "properties": inside}
    return {}


def _path(endpoint: Endpoint[Any]) -> Json:
    names = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _NAME.findall(endpoint.template)
    ]
    shown: Json = {"parameters": names} if names else {}
    for method, handler in endpoint.methods.items():
        shown[method.lower()] = _operation(endpoint, method, handler)
    return shown


def _operation(endpoint: Endpoint[Any], method: str, handler: Any) -> Json:
    shape, kind = endpoint.about.shape, endpoint.about.kind
    code = _success(shape, method)
    lines = (getattr(handler, "__doc__", None) or "").strip().splitlines()
    operation: Json = {
        "operationId": f"{method.lower()} {endpoint.template}",
        "summary": lines[0] if lines else "",
        "responses": {
            code: _succeeded(code, shape, kind, method),
            **{error: {"$ref": f"#/components/responses/{error}"} for error in _ERRORS},
        },
    }
    if shape in {"collection", "members"} and method == "GET":
        operation["parameters"] = [
            {"name": name, "in": "query", "schema": {"type": of}} for name, of in _PAGES
        ]
    if shape == "traces":
        operation["parameters"] = [
            {"name": name, "in": "query", "schema": {"type": of}} for name, of in _TRACES
        ]
    if method in {"POST", "PUT", "PATCH"}:
        body = _reference(kind) if shape in {"collection", "entity", "foreign"} else _open()
        media = ("application/json", "application/x-www-form-urlencoded")
        operation["requestBody"] = {"content": {one: {"schema": body} for one in media}}
    if method == "GET" and shape in {"entity", "foreign"}:
        operation["responses"]["304"] = {"description": "The caller has this version already."}
    return operation


def _success(shape: str, method: str) -> str:
    if method == "DELETE":
        return "204"
    created = shape in {"collection", "members", "planes", "enrolments", "tokens", "revocations"}
    return "201" if method == "POST" and created else "200"


def _succeeded(code: str, shape: str, kind: str, method: str) -> Json:
    if code == "204":
        return {"description": "It is not there any more."}
    body = _open()
    if shape == "file":
        return {"description": "Done.", "content": {"application/yaml": {"schema": _ANY}}}
    if shape in {"entity", "foreign"} or (shape == "collection" and method == "POST"):
        body = _reference(kind)
    elif shape in {"collection", "members"} and method == "GET":
        body = {
            "type": "object",
            "required": ["data", "next"],
            "properties": {
                "data": {"type": "array", "items": _reference(kind)},
                "next": {"type": ["string", "null"]},
                "offset": {"type": "string"},
            },
        }
    return {"description": "Done.", "content": {"application/json": {"schema": body}}}


def _refused(text: str) -> Json:
    schema = {"$ref": "#/components/schemas/error"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _error() -> Json:
    return {
        "type": "object",
        "required": ["message"],
        "properties": {
            "message": {"type": "string"},
            "code": {"type": "integer", "minimum": 1, "maximum": 21},
            "name": {"type": "string"},
            "fields": {"type": "object"},
            "options": {"type": "object"},
        },
    }


def _reference(kind: str) -> Json:
    return {"$ref": f"#/components/schemas/{kind}"}


def _open() -> Json:
    return {"type": "object"}
