import json
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from gatepost.plugin.problems import Problem
from gatepost.plugin.registry import Registry
from gatepost.plugins.openid_connect import plugin
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig

FIELDS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "fields.json").read_text()
)
OURS = {
    "backchannel_logout_session_required",
    "backchannel_logout_uri",
    "frontchannel_logout_session_required",
    "frontchannel_logout_uri",
    "id_token_signed_response_alg",
    "session_previous_secrets",
    "strict_access_tokens",
}
ISSUER = "https://idp.example"


def read(**config: Any) -> OpenIdConnectConfig:
    return OpenIdConnectConfig.model_validate({"issuer": ISSUER, **config})


def problems(**config: Any) -> list[Problem]:
    return Registry([plugin]).check("openid-connect", {"issuer": ISSUER, **config})


def choices(annotation: object) -> set[str]:
    found: set[str] = set()
    for argument in get_args(annotation):
        found |= {argument} if isinstance(argument, str) else choices(argument)
    return found


def at_work(name: str) -> bool:
    extra = OpenIdConnectConfig.model_fields[name].json_schema_extra
    return not (isinstance(extra, dict) and extra.get("at_work") is False)


def another(name: str) -> Any:
    """Return a value of the right type that is not the default."""
    row = FIELDS[name]
    kind, default = row["type"], row["default"]
    choice = next((c for c in row.get("one_of", []) if c != default and [c] != default), None)
    if name.endswith(("headers_names", "headers_client")):
        return ["x-a"]
    if kind == "array of string":
        return [choice or "https://x.example/x"]
    return {
        "string": choice or "https://x.example/x",
        "boolean": not default,
        "number": 77,
        "integer": 77,
        "object": {"host": "redis.example"},
        "array of object": [{"kty": "RSA"}],
        "array of array": [["x"]],
    }[kind]


def test_every_field_of_kongs_schema_is_known_and_nothing_else() -> None:
    assert set(OpenIdConnectConfig.model_fields) == set(FIELDS) | OURS
    assert len(FIELDS) == 234


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"issuer"}))
def test_the_default_is_kongs(name: str) -> None:
    default = OpenIdConnectConfig.model_fields[name].default
    assert (list(default) if isinstance(default, tuple) else default) == FIELDS[name]["default"]


@pytest.mark.parametrize("name", sorted(n for n in FIELDS if "one_of" in FIELDS[n]))
def test_the_choices_are_kongs(name: str) -> None:
    field = OpenIdConnectConfig.model_fields[name]
    known = choices(field.annotation) or {c for m in field.metadata for c in choices(m)}
    if known:
        assert known == set(FIELDS[name]["one_of"])
    else:
        assert not at_work(name)
    assert Literal


def test_every_default_written_out_is_accepted() -> None:
    written = {name: row["default"] for name, row in FIELDS.items()}
    assert read(**{**written, "issuer": ISSUER}).methods == read().methods
    assert not problems(**{**written, "issuer": ISSUER})


@pytest.mark.parametrize("name", sorted(name for name in FIELDS if not at_work(name)))
def test_a_field_that_is_not_at_work_is_refused_unless_it_holds_its_default(name: str) -> None:
    (problem,) = problems(**{name: another(name)})
    assert problem.path == f"config.{name}" or problem.path.startswith(f"config.{name}[")
    assert "not at work yet" in problem.message
    assert not problems(**{name: FIELDS[name]["default"]})


def test_a_nested_record_with_its_defaults_is_accepted() -> None:
    redis = {"host": "127.0.0.1", "port": 6379, "ssl_verify": True, "username": None}
    assert not problems(redis=redis, cluster_cache_redis=redis, principals={"enabled": False})
    assert not problems(redis={**redis, "port": 6380})
    assert problems(redis={**redis, "port": 70_000})
    assert problems(redis={**redis, "porto": 6380})
    assert problems(principals={"enabled": True})
    assert problems(token_exchange={"subject_token_issuers": []})


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    (problem,) = problems(client_secrets=["x"])
    assert (problem.path, problem.message) == (
        "config.client_secrets",
        "unknown field, did you mean client_secret?",
    )


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(timeout="10", scopes="openid", leeway=-1, session_secret=1, nonsense=1)
    assert sorted(one.path for one in found) == [
        "config.leeway",
        "config.nonsense",
        "config.scopes",
        "config.session_secret",
        "config.timeout",
    ]


def test_the_issuer_is_required() -> None:
    (problem,) = Registry([plugin]).check("openid-connect", {})
    assert (problem.path, problem.message) == ("config.issuer", "required field missing")


@pytest.mark.parametrize("value", [1, 0, "true", "yes"])
def test_a_boolean_is_a_boolean(value: object) -> None:
    assert problems(verify_signature=value)


def test_null_means_unset() -> None:
    assert read(leeway=None, verify_signature=None, auth_methods=None) == read()


def test_null_scopes_ask_for_none() -> None:
    assert read(scopes=None).scopes is None
    assert read().scopes == ("openid",)


@pytest.mark.parametrize("value", [None, "nil"])
def test_null_and_nil_send_no_access_token(value: str | None) -> None:
    assert read(upstream_access_token_header=value).upstream_access_token_header is None
    assert read().upstream_access_token_header == "authorization:bearer"


def test_nil_is_null_for_every_header() -> None:
    assert not problems(upstream_introspection_header="nil", upstream_id_token_header="nil")


def test_methods_run_in_their_fixed_order() -> None:
    config = read(auth_methods=["client_credentials", "introspection", "bearer"], client_id=["a"])
    assert config.methods == ("bearer", "introspection", "client_credentials")


def test_unset_methods_are_those_that_can_work() -> None:
    assert read().methods == ("session", "bearer", "userinfo", "client_credentials")
    assert read(client_id=["a"], client_secret=["b"]).methods == (
        "session",
        "bearer",
        "introspection",
        "userinfo",
        "password",
        "client_credentials",
        "authorization_code",
    )


def test_a_secret_is_not_printed_and_not_quoted_in_an_error() -> None:
    config = read(
        client_id=["gate"],
        client_secret=["canary"],
        http_proxy_authorization="canary",
        https_proxy_authorization="canary",
        introspection_headers_names=["x-key"],
        introspection_headers_values=["canary"],
        token_post_args_names=["key"],
        token_post_args_values=["canary"],
    )
    assert "canary" not in repr(config)
    assert "canary" not in str(problems(client_secret="canary", timeout="canary"))
    with pytest.raises(ValueError, match="client_secret") as caught:
        read(client_secret="canary")
    assert "canary" not in str(caught.value)


def test_a_vault_reference_passes_until_it_is_resolved() -> None:
    vault = "{vault://env/X}"
    assert not problems(
        issuer=vault,
        client_id=[vault],
        client_secret=[vault],
        introspection_endpoint=vault,
        extra_jwks_uris=[vault],
    )
