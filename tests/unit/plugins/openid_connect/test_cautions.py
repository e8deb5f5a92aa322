from typing import Any

import pytest

from gatepost.plugins.openid_connect.cautions import cautions
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig


def warnings(**config: Any) -> str:
    whole = {"issuer": "https://idp.example", "auth_methods": ["bearer"], **config}
    return "\n".join(cautions(OpenIdConnectConfig.model_validate(whole)))


def test_a_sound_configuration_warns_of_nothing() -> None:
    assert warnings() == ""


def test_unset_methods_are_told_with_those_that_are_missing() -> None:
    told = warnings(auth_methods=None)
    assert "session, bearer, userinfo, client_credentials are on" in told
    assert "not at work yet: kong_oauth2" in told
    assert "authorization_code is off, it needs client_id" in told
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


PEOPLE: dict[str, Any] = {
    "auth_methods": ["authorization_code", "session"],
    "client_id": ["shop"],
    "client_secret": ["s"],
    "redirect_uri": ["https://shop.example/callback"],
    "session_secret": "0123456789abcdef0123456789abcdef",
}


def test_a_sound_login_warns_of_nothing() -> None:
    assert warnings(**PEOPLE) == ""


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"session_secret": None}, "no other node takes them"),
        ({"session_secret": "short"}, "has 5 characters"),
        ({"session_cookie_same_site": "None"}, "other sites can make requests"),
        ({"session_cookie_same_site": "Default"}, "other sites can make requests"),
        ({"session_cookie_secure": False}, "travels without TLS"),
        ({"session_cookie_http_only": False}, "scripts of a page"),
        ({"session_absolute_timeout": 0}, "live for ever"),
        ({"auth_methods": ["authorization_code"]}, "logs in anew"),
        ({"disable_session": ["authorization_code"]}, "logs in anew"),
        ({"redirect_uri": None}, "must allow every one"),
        ({"scopes": ["profile"]}, "need not say who"),
        ({"verify_nonce": False}, "verify_nonce is off"),
        ({"require_proof_key_for_code_exchange": False}, "stolen code"),
        ({"login_action": "redirect", "login_redirect_mode": "query"}, "tokens end up in logs"),
        ({"anonymous": "guest"}, "nobody is asked"),
        (
            {"auth_methods": ["password", "client_credentials"]},
            "Basic is taken for a password",
        ),
    ],
)
def test_what_is_weak_about_a_login_is_told(config: dict[str, Any], words: str) -> None:
    assert words in warnings(**{**PEOPLE, **config})
