from typing import Any

from gatepost.plugins.openid_connect.challenge import Challenger
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig


def challenger(realm: str = "idp.example", **config: Any) -> Challenger:
    whole = {"issuer": "https://idp.example", "auth_methods": ["bearer"], **config}
    return Challenger(OpenIdConnectConfig.model_validate(whole), realm)


def test_an_error_is_named_only_where_a_token_was_presented() -> None:
    assert challenger().unauthorized(bad_token=False) == ('Bearer realm="idp.example"',)
    (told,) = challenger().unauthorized(bad_token=True)
    assert told == 'Bearer realm="idp.example", error="invalid_token"'


def test_a_realm_that_cannot_be_quoted_is_replaced() -> None:
    for realm in ('a"b', "a\\b", "a\nb", ""):
        assert challenger(realm).unauthorized(bad_token=False) == ('Bearer realm="gateway"',)


def test_a_scope_that_cannot_be_quoted_is_left_out() -> None:
    (told,) = challenger().insufficient('a"b')
    assert told == 'Bearer realm="idp.example", error="insufficient_scope"'
    assert challenger(expose_error_code=False).insufficient("a") == ()
