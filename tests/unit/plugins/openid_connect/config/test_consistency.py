from typing import Any

import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.consistency import problems

CLIENT = {"client_id": ["gate"], "client_secret": ["s"]}


def said(**config: Any) -> str:
    """Return what is wrong with a configuration, or an empty text."""
    whole = {"issuer": "https://idp.example", **config}
    try:
        OpenIdConnectConfig.model_validate(whole)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"issuer": "idp.example"}, "does not begin with https://"),
        ({"issuer": "https://good@evil.example"}, "user name"),
        ({"auth_methods": ["bearer", "kong_oauth2"]}, "kong_oauth2 not at work yet"),
        ({"auth_methods": []}, "at least one"),
        ({"bearer_token_param_type": []}, "leave it out for body, header, query"),
        ({"client_credentials_param_type": []}, "client_credentials_param_type is empty"),
        ({"consumer_by": []}, "leave it out for custom_id, username"),
        ({"bearer_token_header_name": "X.Token"}, "would never be found"),
        ({"token_headers_client": ["x", "a!b"]}, "'a!b' would never be found"),
        ({"auth_methods": ["introspection"]}, "introspection needs client_id"),
        ({"introspect_jwt_tokens": True}, "introspect_jwt_tokens needs client_id"),
        ({"bearer_token_param_type": ["cookie"]}, "needs bearer_token_cookie_name"),
        ({"client_id": ["a"], "client_secret": ["b", "c"]}, "more entries"),
        ({"client_id": [""]}, "length must be at least 1"),
        ({"introspection_post_args_client": [""]}, "length must be at least 1"),
        ({"anonymous": ""}, "length must be at least 1"),
        ({"client_auth": ["private_key_jwt"]}, "private_key_jwt is not at work yet"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "tls_client_auth is not at work"),
        ({"enable_hs_signatures": True}, "needs client_secret"),
        (
            {"client_id": ["a"], "client_auth": ["client_secret_post"]},
            "client_secret is missing for client 'a'",
        ),
        ({"discovery_headers_names": ["x-a"]}, "same number of entries"),
        ({"upstream_headers_claims": ["sub"]}, "same number of entries"),
        (
            {"token_headers_names": ["x-a"], "token_headers_values": ["a\r\nb: c"]},
            "control characters",
        ),
        ({"upstream_access_token_header": "no header"}, "is not a header name"),
        ({"upstream_access_token_header": ""}, "length must be at least 1"),
        ({"upstream_access_token_header": ":bearer"}, "is not a header name"),
        ({"upstream_introspection_header": "X-Consumer-ID"}, "set by the gateway itself"),
        ({"downstream_introspection_header": "Set-Cookie"}, "belongs to the connection"),
        (
            {"upstream_headers_claims": ["a", "b"], "upstream_headers_names": ["x_a", "X-A"]},
            "set 2 times",
        ),
        ({"cache_ttl_min": 10, "cache_ttl_max": 5}, "larger than"),
        ({"http_version": 2.0}, "1.1 or 1.0"),
        (
            {"unauthorized_redirect_uri": ["https://a.example", "https://b.example"]},
            "holds more entries than client_id",
        ),
        ({"token_headers_replay": ["x-a"]}, "needs token_headers_grants"),
        (
            {**CLIENT, "introspection_post_args_client": ["token"]},
            "is set by the protocol itself",
        ),
        ({**CLIENT, "introspection_headers_client": ["Authorization"]}, "protocol itself"),
        ({"token_post_args_names": ["grant_type"], "token_post_args_values": ["x"]}, "protocol"),
        ({"using_pseudo_issuer": True}, "name at least one"),
        (
            {"using_pseudo_issuer": True, "auth_methods": ["bearer"]},
            "bearer needs jwks_endpoint",
        ),
        (
            {"using_pseudo_issuer": True, "auth_methods": ["client_credentials"]},
            "client_credentials needs token_endpoint",
        ),
        (
            {**CLIENT, "using_pseudo_issuer": True, "auth_methods": ["introspection"]},
            "introspection needs introspection_endpoint",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(config: dict[str, Any], words: str) -> None:
    assert words in said(**config)


@pytest.mark.parametrize(
    "config",
    [
        {},
        CLIENT,
        {**CLIENT, "auth_methods": ["introspection"]},
        {"auth_methods": ["introspection"], "introspection_headers_client": ["Authorization"]},
        {"using_pseudo_issuer": True, "issuer": "any text", "jwks_endpoint": "https://k.example"},
        {"issuer": "https://idp.example/.well-known/openid-configuration"},
        {"token_headers_replay": ["x-a"], "token_headers_grants": ["client_credentials"]},
        {"client_secret": ["alone"], "enable_hs_signatures": True},
        {"upstream_access_token_header": "X-Token:bearer"},
    ],
)
def test_what_fits_together_is_accepted(config: dict[str, Any]) -> None:
    assert said(**config) == ""


def test_what_fits_together_has_no_problems() -> None:
    config = OpenIdConnectConfig(issuer="https://idp.example", client_id=("a",))
    assert problems(config) == []
