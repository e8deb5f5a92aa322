from typing import Any

import pytest

from gatepost.plugin.registry import installed
from gatepost.plugins.openid_connect import OpenIdConnectPlugin, plugin


def warnings(**config: Any) -> str:
    whole = {"issuer": "https://idp.example", "auth_methods": ["bearer"], **config}
    return "\n".join(installed().warnings("openid-connect", whole))


def test_the_plugin_is_found_by_scanning() -> None:
    assert installed().plugin("openid-connect") is plugin
    assert (OpenIdConnectPlugin.name, OpenIdConnectPlugin.priority) == ("openid-connect", 1050)


def test_a_sound_configuration_warns_of_nothing() -> None:
    assert warnings() == ""


def test_unset_methods_are_told_with_those_that_are_missing() -> None:
    told = warnings(auth_methods=None)
    assert "bearer, client_credentials are on" in told
    assert "not at work yet: authorization_code, kong_oauth2, password" in told
    assert "introspection is off, it needs client_id" in told


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"verify_signature": False}, "verify_signature is off"),
        ({"verify_claims": False}, "verify_claims is off"),
        ({"introspection_check_active": False}, "introspection_check_active is off"),
        ({"ssl_verify": False}, "ssl_verify is off"),
        ({"issuer": "http://idp.example"}, "without TLS"),
        ({"bearer_token_cookie_name": "x"}, "bearer_token_cookie_name says nothing"),
    ],
)
def test_what_is_weaker_than_it_may_look_is_told(config: dict[str, Any], words: str) -> None:
    assert words in warnings(**config)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"timeout": 300_001}, "timeout is 300001 milliseconds"),
        ({"timeout": 10}, "timeout is 10 milliseconds"),
        ({"leeway": 86_401}, "expired tokens are accepted that long"),
        ({"cache_ttl_neg": 1e9}, "cache_ttl_neg is 1e+09 seconds"),
        ({"cache_ttl_resurrect": 1_000_000}, "a revoked token may pass that long"),
    ],
)
def test_a_number_that_is_hardly_meant_is_told(config: dict[str, Any], words: str) -> None:
    assert words in warnings(**config)


@pytest.mark.parametrize(
    "config",
    [{"timeout": 100}, {"timeout": 300_000}, {"leeway": 86_400}, {"cache_ttl_neg": 0}],
)
def test_a_number_at_its_edge_is_not_remarked_upon(config: dict[str, Any]) -> None:
    assert warnings(**config) == ""
