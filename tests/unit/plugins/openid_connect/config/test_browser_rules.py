from typing import Any

import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.browser_rules import browser_problems

PEOPLE = {
    "issuer": "https://idp.example",
    "auth_methods": ["authorization_code", "session"],
    "client_id": ["shop"],
    "client_secret": ["s"],
}


def said(**config: Any) -> str:
    try:
        OpenIdConnectConfig.model_validate({**PEOPLE, **config})
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"response_type": ["code", "id_token"]}, "only [code] is at work"),
        ({"response_mode": "fragment"}, "never reaches a gateway"),
        ({"login_action": "redirect", "login_methods": ["session"]}, "redirect for ever"),
        ({"redirect_uri": ["https://a.example", "https://b.example"]}, "more entries"),
        ({"session_cookie_name": "authorization"}, "a name of its own"),
        ({"session_cookie_name": "remember2"}, "a name of its own"),
        ({"session_cookie_name": "session2"}, "ends in a digit"),
        ({"session_cookie_name": "__Host-s"}, "session_cookie_secure: true"),
        (
            {
                "session_cookie_name": "__Host-s",
                "session_cookie_secure": True,
                "session_cookie_domain": "a.example",
            },
            "without a domain",
        ),
        ({"session_cookie_path": "app"}, "must be a path"),
        ({"session_cookie_path": "/; Domain=evil"}, "must be a path"),
        ({"session_cookie_domain": "a.example; x"}, "name of a domain"),
        ({"session_cookie_same_site": "None", "session_cookie_secure": False}, "secure cookies"),
        ({"session_storage": "memcached"}, "memcached is not at work"),
        ({"session_previous_secrets": ["a"]}, "needs session_secret"),
        ({"logout_uri_suffix": "/logout?x"}, "normal form"),
        ({"login_redirect_uri": ["//evil.example"]}, "neither an address"),
        ({"logout_redirect_uri": ["javascript:alert(1)"]}, "neither an address"),
        (
            {"authorization_query_args_names": ["state"], "authorization_query_args_values": ["x"]},
            "set by the protocol itself",
        ),
        ({"authorization_query_args_client": ["redirect_uri"]}, "set by the protocol itself"),
    ],
)
def test_what_does_not_fit_together_is_refused(config: dict[str, Any], words: str) -> None:
    assert words in said(**config)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"redirect_uri": ["https://shop.example/back"]},
        {"login_redirect_uri": ["/home?a=1#top"], "logout_redirect_uri": ["https://b.example/"]},
        {"session_cookie_name": "__Host-session", "session_cookie_secure": True},
        {"response_mode": "form_post.jwt"},
        {"backchannel_logout_uri": "/back", "frontchannel_logout_uri": "https://a.example/front"},
    ],
)
def test_what_fits_together_is_accepted(config: dict[str, Any]) -> None:
    assert said(**config) == ""
    whole = OpenIdConnectConfig.model_validate({**PEOPLE, **config})
    assert list(browser_problems(whole)) == []


def test_a_back_channel_needs_to_know_for_whom_logout_tokens_are() -> None:
    told = said(client_id=None, auth_methods=["session"], backchannel_logout_uri="/back")
    assert "needs client_id" in told
