import json
from typing import Any

import pytest

from gatepost.model import CATALOG, derived_id
from gatepost.model.schema import entity_schema
from gatepost.model.shape import to_kong

# Kong's own defaults, as its Admin API reference states them
KONGS: dict[str, dict[str, Any]] = {
    "services": {
        "protocol": "http", "port": 80, "retries": 5, "connect_timeout": 60000,
        "write_timeout": 60000, "read_timeout": 60000, "enabled": True,
    },
    "routes": {
        "protocols": ["http", "https"], "https_redirect_status_code": 426, "regex_priority": 0,
        "strip_path": True, "path_handling": "v0", "preserve_host": False,
        "request_buffering": True, "response_buffering": True,
    },
    "upstreams": {
        "algorithm": "round-robin", "hash_on": "none", "hash_fallback": "none",
        "hash_on_cookie_path": "/", "slots": 10000, "use_srv_name": False,
    },
    "targets": {"weight": 100},
    "plugins": {"enabled": True, "protocols": ["grpc", "grpcs", "http", "https"]},
}  # fmt: skip


def fields_of(kind: str) -> dict[str, Any]:
    return {name: about for field in entity_schema(kind)["fields"] for name, about in field.items()}


@pytest.mark.parametrize("kind", CATALOG)
def test_the_defaults_are_those_of_kong(kind: str) -> None:
    told = {name: about["default"] for name, about in fields_of(kind).items() if "default" in about}
    assert told == KONGS.get(kind, {})


@pytest.mark.parametrize("kind", CATALOG)
def test_a_schema_is_json_and_every_field_has_a_type_of_kongs(kind: str) -> None:
    kinds = {"string", "integer", "number", "boolean", "set", "array", "map", "record", "foreign"}
    json.dumps(entity_schema(kind))
    assert {about["type"] for about in fields_of(kind).values()} <= kinds


@pytest.mark.parametrize("kind", CATALOG)
def test_a_schema_has_what_an_answer_has(kind: str) -> None:
    assert set(fields_of(kind)) == set(to_kong(kind, {}))


def test_defaults_of_what_is_not_done_yet_stand_inside_records() -> None:
    healthchecks = fields_of("upstreams")["healthchecks"]
    assert healthchecks["type"] == "record"
    (active,) = (field["active"] for field in healthchecks["fields"] if "active" in field)
    inner = {name: about for field in active["fields"] for name, about in field.items()}
    assert inner["concurrency"] == {"type": "integer", "default": 10}
    assert "default" not in inner["https_sni"]


def test_limits_and_words_are_told() -> None:
    services = fields_of("services")
    assert services["retries"]["between"] == [0, 32767]
    assert services["protocol"]["one_of"] == ["http", "https", "grpc", "grpcs"]
    assert services["client_certificate"] == {"type": "foreign", "reference": "certificates"}
    assert fields_of("keyauth_credentials")["key"]["auto"] is True
    assert fields_of("certificates")["key"]["encrypted"] is True


def test_ids_and_times_are_made_by_the_server() -> None:
    assert derived_id("routes", "a") != derived_id("routes", "b")
    assert fields_of("targets")["created_at"]["type"] == "number"
    assert fields_of("routes")["created_at"]["type"] == "integer"
