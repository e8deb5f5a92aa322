from typing import Any

import pytest

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.needs import lacks


def needed(method: str, **config: Any) -> str | None:
    whole = {"issuer": "https://idp.example", "auth_methods": ["bearer"], **config}
    return lacks(OpenIdConnectConfig.model_validate(whole), method)


@pytest.mark.parametrize(
    ("method", "config", "words"),
    [
        ("authorization_code", {}, "client_id"),
        ("password", {}, "client_id"),
        ("refresh_token", {}, "client_id"),
        ("refresh_token", {"client_id": ["a"]}, "refresh_token_param_name"),
        ("introspection", {}, "client_id and client_secret"),
    ],
)
def test_what_a_method_needs_is_named(method: str, config: dict[str, Any], words: str) -> None:
    assert words in (needed(method, **config) or "")


def test_a_method_that_lacks_nothing_lacks_nothing() -> None:
    for method in ("session", "bearer", "userinfo", "client_credentials"):
        assert needed(method) is None
    for method in ("authorization_code", "password", "introspection"):
        assert needed(method, client_id=["a"]) is None


def test_a_pseudo_issuer_has_no_discovery_to_find_endpoints_by() -> None:
    pseudo = {
        "using_pseudo_issuer": True,
        "jwks_endpoint": "https://k.example",
        "client_id": ["a"],
    }
    assert "token_endpoint" in (needed("authorization_code", **pseudo) or "")
    told = {**pseudo, "token_endpoint": "https://t.example"}
    assert "authorization_endpoint" in (needed("authorization_code", **told) or "")
    told["authorization_endpoint"] = "https://a.example"
    assert needed("authorization_code", **told) is None
    assert "userinfo_endpoint" in (needed("userinfo", **pseudo) or "")
