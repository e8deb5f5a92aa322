"""What a method cannot do without."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatepost.plugins.openid_connect.config.whole import OpenIdConnectConfig

_ENDPOINTS = {
    "introspection": "introspection_endpoint",
    "userinfo": "userinfo_endpoint",
    "refresh_token": "token_endpoint",
    "password": "token_endpoint",
    "client_credentials": "token_endpoint",
    "authorization_code": "token_endpoint",
}
_OURS = {
    "refresh_token": "client_id, because the provider gives tokens to clients",
    "password": "client_id, because the provider gives tokens to clients",
    "authorization_code": "client_id, to be known to the provider",
}


def lacks(config: "OpenIdConnectConfig", method: str) -> str | None:
    """Return what a method needs and does not have, or None."""
    if method == "introspection":
        ways = (config.introspection_headers_names, config.introspection_headers_client)
        if not config.client_id and not any(ways) and not config.introspection_post_args_names:
            return "client_id and client_secret, to authenticate at the introspection endpoint"
    if method in _OURS and not config.client_id:
        return _OURS[method]
    if method == "refresh_token" and not config.refresh_token_param_name:
        return "refresh_token_param_name, which says where it is looked for"
    if not config.using_pseudo_issuer:
        return None
    endpoint = _ENDPOINTS.get(method)
    if endpoint is not None and getattr(config, endpoint) is None:
        return f"{endpoint}, because a pseudo issuer has no discovery"
    if method == "authorization_code" and config.authorization_endpoint is None:
        return "authorization_endpoint, because a pseudo issuer has no discovery"
    keys = config.jwks_endpoint or config.extra_jwks_uris or config.enable_hs_signatures
    verifies = method in ("bearer", "authorization_code") and config.verify_signature
    if verifies and method not in config.ignore_signature and not keys:
        return "jwks_endpoint, because a pseudo issuer has no discovery"
    return None
