"""Stored and shown: two forms of one configuration, over all fields."""

import copy
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gatepost.plugin.canonical import canonical, expanded, filled, with_old_names
from gatepost.plugin.describe import described
from gatepost.plugin.masking import masked, secret_paths, unmasked
from gatepost.plugin.registry import Registry
from gatepost.plugin.shape import Member, Shape, shape_of
from gatepost.plugins.openid_connect import plugin

ROOT = Path(__file__).parents[4]
REFERENCE = "{vault://env/SOME_NAME}"
BASE: dict[str, Any] = {
    "issuer": "https://idp.example",
    "client_id": ["gate"],
    "client_secret": ["quiet"],
}
(SCHEMA,) = (one["config"] for one in described(plugin)["fields"] if "config" in one)
CHECK = Registry([plugin]).check
WHOLE = shape_of(plugin.Config)

PAIRED: list[dict[str, Any]] = [
    {f"{call}_{kind}_names": ["x-one", "x-two"], f"{call}_{kind}_values": ["1", REFERENCE]}
    for call, kind in (
        ("discovery", "headers"),
        ("introspection", "headers"),
        ("introspection", "post_args"),
        ("token", "headers"),
        ("token", "post_args"),
        ("userinfo", "headers"),
        ("userinfo", "query_args"),
        ("authorization", "query_args"),
    )
]
WRITTEN: list[dict[str, Any]] = [
    *PAIRED,
    {"upstream_headers_claims": ["sub"], "upstream_headers_names": ["x-sub"]},
    {"upstream_headers": [{"header": "x-name", "path": ["profile", "name"]}]},
    {"downstream_headers": [{"header": "x-name", "path": ["name"]}]},
    {"scopes": None, "login_tokens": None, "upstream_access_token_header": None},
    {"upstream_access_token_header": "nil", "upstream_id_token_header": "nil"},
    {"upstream_id_token_header": "x-id-token", "hide_credentials": False},
    {"timeout": 2500.0, "leeway": 0.5, "http_version": 1.0, "cache_ttl": 60},
    {"consumer_claims": [["a", "b"], ["c"]]},
    {"consumer_claim": ["a", "b"]},
    {"session_cookie_lifetime": 5, "session_cookie_samesite": "off", "session_cookie_renew": 600},
    {"session_storage": "redis", "session_redis_host": "r.example", "session_redis_auth": "pw"},
    {"session_storage": "redis", "redis": {"socket": "/run/redis", "password": REFERENCE}},
    {"redis": {"cluster_nodes": [{"ip": "10.0.0.1"}, {"port": 6380}], "ssl": True}},
    {
        "redis": {
            "sentinel_master": "main",
            "sentinel_nodes": [{"host": "s.example"}],
            "sentinel_password": "pw",
        }
    },
    {"redis": {}, "cluster_cache_redis": {"host": "127.0.0.1"}, "principals": {"enabled": False}},
    {"session_secret": REFERENCE, "session_previous_secrets": ["old", REFERENCE]},
    {"auth_methods": ["bearer", "session"], "introspection_endpoint": REFERENCE},
    {"issuers_allowed": [REFERENCE, "https://other.example"], "extra_jwks_uris": [REFERENCE]},
]


def candidates(name: str, member: Member) -> Iterator[dict[str, Any]]:
    """Yield a field by itself, with each kind of value that might be accepted."""
    shape, listed = member.shape, False
    if shape.kind == "array" and shape.elements is not None:
        shape, listed = shape.elements, True
    values: list[Any] = list(shape.rules.get("one_of", ()))
    if shape.kind == "string" and not values:
        values = ["x-word", "https://x.example/x", REFERENCE]
    values += {"integer": [1, 7], "number": [1, 2.5], "boolean": [True, False]}.get(shape.kind, [])
    for value in [None, member.default, *([one] if listed else one for one in values)]:
        yield {name: value}


def good(config: Mapping[str, Any]) -> bool:
    return not CHECK("openid-connect", {**BASE, **config})


SINGLE = [
    one for name, member in WHOLE.fields.items() for one in candidates(name, member) if good(one)
]


Paths = list[list[str]]


def replaced_by(record: Mapping[str, Any], config: Mapping[str, Any]) -> Paths:
    """Return where the values of the old names in a file stand today."""
    return [
        one["path"]
        for entry in record.get("shorthand_fields", ())
        for name, field in entry.items()
        if name in config
        for one in field["deprecation"].get("replaced_with", ())
    ]


def as_deck_fills(
    record: Mapping[str, Any], config: Mapping[str, Any], above: Paths | None = None
) -> dict[str, Any]:
    """Fill in defaults as decK does: from the schema alone, records that are there or required.

    What an old name in the file stands for is left alone.
    """
    old = [*(above or ()), *replaced_by(record, config)]
    whole = dict(config)
    for entry in record["fields"]:
        ((name, field),) = entry.items()
        value = config.get(name)
        if field["type"] == "record" and (value is not None or field["required"]):
            if value is not None or name not in config:
                inside = [path[1:] for path in old if path[0] == name and path[1:]]
                whole[name] = as_deck_fills(field, value or {}, inside)
        elif field.get("elements", {}).get("type") == "record" and value:
            whole[name] = [as_deck_fills(field["elements"], one) for one in value]
        elif name not in config and name not in (path[0] for path in old):
            whole[name] = copy.deepcopy(field.get("default"))
    return whole


def as_deck_clears(answer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Strike out of an answer what decK does not compare with a file that it has filled."""
    kept = copy.deepcopy(dict(answer))
    for entry in SCHEMA["shorthand_fields"]:
        ((name, field),) = entry.items()
        if name not in config:
            kept.pop(name, None)
        for one in field["deprecation"].get("replaced_with", ()) if name in config else ():
            *way, last = one["path"]
            theirs, ours = config, kept
            for step in way:
                theirs, ours = theirs[step], ours[step]
            if last not in theirs:
                ours.pop(last, None)
    return kept


def assert_settled(file: Mapping[str, Any]) -> None:
    """Demand that decK sees no difference once a file has been written."""
    wanted = as_deck_fills(SCHEMA, file)
    answer = with_old_names(plugin, expanded(plugin, file))
    assert as_deck_clears(answer, wanted) == wanted


def hold(config: dict[str, Any]) -> None:
    """Demand everything that is promised of the two forms."""
    before = copy.deepcopy(config)
    short, whole = canonical(plugin, config), expanded(plugin, config)
    assert config == before
    assert canonical(plugin, whole) == short == canonical(plugin, short)
    assert plugin.read(config) == plugin.read(short) == plugin.read(whole)
    assert expanded(plugin, short) == whole == filled(plugin, short)
    assert as_deck_fills(SCHEMA, short) == whole
    assert set(whole) == set(WHOLE.fields)
    assert canonical(plugin, with_old_names(plugin, whole)) == short
    assert_settled(short)
    assert_settled(whole)
    plain(whole)
    for stored in (short, whole):
        assert unmasked(plugin, masked(plugin, stored), short) == stored
    for path in secret_paths(plugin):
        if path[0] in WHOLE.fields:
            assert_hidden(masked(plugin, whole), path)


def plain(value: Any) -> None:
    assert value is None or type(value) in (str, int, float, bool, list, dict)
    assert not (isinstance(value, float) and value.is_integer())
    for inner in (
        value.values() if isinstance(value, dict) else value if type(value) is list else ()
    ):
        plain(inner)


def assert_hidden(value: Any, path: tuple[str, ...]) -> None:
    if value is None:
        return
    if path and path[0] == "*":
        for one in value:
            assert_hidden(one, path[1:])
    elif path:
        assert_hidden(value.get(path[0]), path[1:])
    else:
        for text in value if isinstance(value, list) else [value]:
            assert text in ("{masked}", REFERENCE)


def test_there_is_a_value_for_nearly_every_field() -> None:
    told = {name for one in [*SINGLE, *WRITTEN] for name in one if one[name] is not None}
    assert len(told & set(WHOLE.fields)) > 210


@pytest.mark.parametrize("config", WRITTEN, ids=lambda one: next(iter(one)))
def test_what_people_write_is_the_same_in_both_forms(config: dict[str, Any]) -> None:
    assert good(config), CHECK("openid-connect", {**BASE, **config})
    hold({**BASE, **config})


@pytest.mark.slow
def test_every_field_by_itself_is_the_same_in_both_forms() -> None:
    for one in SINGLE:
        hold({**BASE, **one})


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.sampled_from([*SINGLE, *WRITTEN]), max_size=12))
def test_fields_together_are_the_same_in_both_forms(chosen: list[dict[str, Any]]) -> None:
    config = dict(BASE)
    for one in chosen:
        if good({**config, **one}):
            config.update(one)
    assume(good(config))
    hold(config)


def test_the_examples_are_the_same_in_both_forms() -> None:
    document = yaml.safe_load((ROOT / "examples/demo/kong.yaml").read_text())
    found = [one for one in configs(document) if not CHECK("openid-connect", one)]
    assert found
    for config in found:
        hold(config)


def configs(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("name") == "openid-connect":
            yield node["config"]
        for inner in node.values():
            yield from configs(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from configs(inner)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"consumer_claim": ["a", "b"]}, {"consumer_claims": [["a", "b"]]}),
        ({"session_cookie_lifetime": 5}, {"session_rolling_timeout": 5.0}),
        ({"authorization_cookie_samesite": "off"}, {"authorization_cookie_same_site": "Default"}),
        (
            {"session_storage": "redis", "session_redis_host": "r", "session_redis_auth": "p"},
            {"session_storage": "redis", "redis": {"host": "r", "password": "p", "port": 6379}},
        ),
        ({"session_strategy": "default", "session_cookie_maxsize": 4000}, {}),
        ({"redis": {"host": "127.0.0.1", "password": None}}, {}),
        ({"upstream_access_token_header": "nil"}, {"upstream_access_token_header": None}),
        ({"leeway": None, "verify_signature": True}, {}),
    ],
)
def test_the_same_meaning_is_stored_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert canonical(plugin, {**BASE, **old}) == canonical(plugin, {**BASE, **new})


@pytest.mark.parametrize(
    "file",
    [
        {"consumer_claim": ["a", "b"]},
        {"session_cookie_lifetime": 5, "session_cookie_samesite": "Strict"},
        {"session_storage": "redis", "session_redis_host": "r", "session_redis_password": "p"},
        {"session_storage": "redis", "session_redis_port": 1, "redis": {"host": "r"}},
        {"session_redis_host": "127.0.0.1", "session_redis_port": 6379},
        {"redis": {"host": "127.0.0.1"}, "principals": {"enabled": False}, "leeway": 0},
    ],
)
def test_deck_sees_no_difference_after_it_has_written(file: dict[str, Any]) -> None:
    assert_settled({**BASE, **file})


def test_only_what_differs_is_stored_and_everything_is_shown() -> None:
    config = {**BASE, "timeout": 10000, "leeway": 5.0, "redis": {"host": "r", "port": 6379}}
    assert canonical(plugin, config) == {**BASE, "leeway": 5, "redis": {"host": "r"}}
    whole = expanded(plugin, config)
    assert (whole["timeout"], whole["cache_ttl_min"], whole["redis"]["port"]) == (10000, None, 6379)
    assert expanded(plugin, BASE)["redis"]["host"] == "127.0.0.1"


@pytest.mark.parametrize("name", sorted(WHOLE.fields))
def test_a_reference_is_taken_where_the_schema_says_so(name: str) -> None:
    assert taken(WHOLE.fields[name].shape, name) in (None, REFERENCE)


def taken(shape: Shape, name: str) -> Any:
    """Return what is stored of a reference in a field; None where the schema takes none."""
    listed = shape.kind == "array" and shape.elements is not None
    inner = shape.elements if listed else shape
    if inner is None or inner.kind != "string" or not WHOLE.fields[name].at_work:
        return None
    config = {**BASE, name: [REFERENCE] if listed else REFERENCE}
    if not inner.referenceable:
        assert CHECK("openid-connect", config)
        return None
    if name == "session_previous_secrets":
        config["session_secret"] = "now"
    partner = name.replace("_values", "_names")
    if partner != name:
        config[partner] = ["x-a"]
    elif name.endswith("_names"):
        config[name.replace("_names", "_values")] = ["x"]
    elif name.endswith("_claims") and name != "consumer_claims":
        config[name.replace("_claims", "_names")] = ["x-a"]
    assert not CHECK("openid-connect", config), name
    stored = canonical(plugin, config)[name]
    return stored[0] if listed else stored


def test_both_forms_are_made_in_less_than_a_few_milliseconds() -> None:
    config = expanded(plugin, {**BASE, "redis": {"host": "r"}})
    began = time.process_time()
    for _ in range(20):
        canonical(plugin, config)
        expanded(plugin, config)
    assert (time.process_time() - began) / 40 < 0.005
