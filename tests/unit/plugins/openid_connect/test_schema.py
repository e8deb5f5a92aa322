"""The schema beside Kong's: names, types, defaults, choices and marks, each difference with why.

``fields.json`` and ``nested_fields.json`` hold the facts of Kong's schema 3.15.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gatepost.plugin.describe import described
from gatepost.plugins.openid_connect import plugin
from tests.unit.plugins.openid_connect.config.test_whole import FIELDS, OURS

_FACTS = json.loads((Path(__file__).parent / "nested_fields.json").read_text())
NESTED: Mapping[str, Mapping[str, Any]] = _FACTS["fields"]
KONGS = {**FIELDS, **NESTED}

(CONFIG,) = (one["config"] for one in described(plugin)["fields"] if "config" in one)


def walk(record: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every field of a record with its path; ``*`` stands for an element."""
    for entry in record["fields"]:
        ((name, field),) = entry.items()
        yield at + name, field
        if field["type"] == "record":
            yield from walk(field, f"{at}{name}.")
        elif field.get("elements", {}).get("type") == "record":
            yield from walk(field["elements"], f"{at}{name}.*.")


OUR_FIELDS = dict(walk(CONFIG))

OTHER_RULES = {
    "a wait of no time at all would never succeed": {
        f"{record}.{step}_timeout"
        for record in ("redis", "cluster_cache_redis")
        for step in ("connect", "read", "send")
    },
    "no limit from above is needed": {
        "redis.keepalive_pool_size",
        "cluster_cache_redis.keepalive_pool_size",
    },
    "any number may be written, because nothing comes of it yet": {
        "redis.keepalive_backlog",
        "cluster_cache_redis.keepalive_backlog",
    },
}
SHOWN = {
    "client_id": "it is no secret: it stands in every address that a login begins with",
}
HIDDEN = {
    "discovery_headers_values": "headers of calls are where keys are put",
    "http_proxy_authorization": "it is a password",
    "https_proxy_authorization": "it is a password",
    "introspection_post_args_values": "arguments of calls are where keys are put",
    "session_previous_secrets": "ours; session_secret as it was before",
    "token_headers_values": "headers of calls are where keys are put",
    "token_post_args_values": "arguments of calls are where keys are put",
    "userinfo_headers_values": "headers of calls are where keys are put",
    "userinfo_query_args_values": "arguments of calls are where keys are put",
}
NO_REFERENCE = {
    "{}.port": "it is a number, and a reference stands for a text",
    "{}.cloud_authentication.auth_provider": "it is one of three words",
}


def type_of(field: Mapping[str, Any]) -> str:
    kind = field["type"]
    return f"array of {field['elements']['type']}" if kind == "array" else str(kind)


def kongs_type(path: str) -> str:
    written = str(KONGS[path]["type"])
    return written.replace("object", "record")


def test_the_fields_are_kongs_and_those_that_are_ours() -> None:
    assert set(OUR_FIELDS) == set(KONGS) | OURS


@pytest.mark.parametrize("path", sorted(KONGS))
def test_a_field_is_described_as_kong_does(path: str) -> None:
    ours, kongs = OUR_FIELDS[path], KONGS[path]
    assert type_of(ours) == kongs_type(path)
    assert ours.get("default") == kongs.get("default")
    choices = ours.get("one_of") or ours.get("elements", {}).get("one_of")
    assert sorted(choices or ()) == sorted(kongs.get("one_of", ()))
    assert ours["description"]
    if path not in set().union(*OTHER_RULES.values()):
        assert ours.get("between") == kongs.get("between")


def test_the_same_fields_are_required_and_records_that_answers_show_whole() -> None:
    required = {path for path, field in OUR_FIELDS.items() if field["required"]}
    kongs = {path for path, field in NESTED.items() if field.get("required")}
    assert required == {"issuer", "principals", "redis", "cluster_cache_redis"} | kongs


def test_what_kong_encrypts_is_secret_and_more() -> None:
    ours = {path for path, field in OUR_FIELDS.items() if field.get("encrypted")}
    assert ours - set(_FACTS["encrypted"]) == set(HIDDEN)
    assert set(_FACTS["encrypted"]) - ours == set(SHOWN)


LOOKS_SECRET = re.compile(r"secret|password|key|salt|_authorization$|(headers|args)_values$")
IS_NONE = {
    "authorization_query_args_values": "they stand in the address that the browser is sent to",
    "cache_tokens_salt": "it tells caches apart and opens nothing",
    "client_jwk.*.key_ops": "what a key may do",
    "password_param_type": "places in a request",
}


def test_no_field_that_looks_like_a_secret_is_forgotten() -> None:
    open_ones = {
        path
        for path, field in OUR_FIELDS.items()
        if LOOKS_SECRET.search(path.rpartition(".")[2]) and not field.get("encrypted")
    }
    switches = {path for path in open_ones if OUR_FIELDS[path]["type"] == "boolean"}
    numbers = {path for path in open_ones if OUR_FIELDS[path]["type"] in ("integer", "number")}
    assert open_ones - switches - numbers == set(IS_NONE)


def test_a_reference_may_stand_where_kong_takes_one() -> None:
    ours = {
        path
        for path, field in OUR_FIELDS.items()
        if field.get("referenceable") or field.get("elements", {}).get("referenceable")
    }
    missing = {
        name.format(record) for name in NO_REFERENCE for record in ("redis", "cluster_cache_redis")
    }
    assert set(_FACTS["referenceable"]) - ours == missing
