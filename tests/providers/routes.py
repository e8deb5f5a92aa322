"""A kong.yaml with one route for each way in, for a World whose provider is a stranger."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def kong_yaml(
    issuer: str,
    gate: tuple[str, str],
    *,
    scopes: Sequence[str],
    required: Sequence[str],
    token_args: Mapping[str, str] | None = None,
) -> str:
    """Return the text. Routes: /jwt, /scoped, /ask, /ask-always and /trade.

    gate: the client that introspects. scopes: asked for at /trade. required: at /scoped.
    token_args: further form fields of /trade's call.
    """
    client = {"client_id": [gate[0]], "client_secret": [gate[1]]}
    args = token_args or {}
    traded = {
        "scopes": list(scopes),
        "token_post_args_names": list(args),
        "token_post_args_values": list(args.values()),
    }
    routes = [
        _route("jwt", issuer, auth_methods=["bearer"]),
        _route("scoped", issuer, auth_methods=["bearer"], scopes_required=list(required)),
        _route("ask", issuer, auth_methods=["introspection"], **client),
        _route(
            "ask-always",
            issuer,
            auth_methods=["introspection"],
            cache_introspection=False,
            **client,
        ),
        _route("trade", issuer, auth_methods=["client_credentials"], **traded),
    ]
    service = {"name": "api", "url": "$ECHO", "routes": routes}
    return json.dumps({"_format_version": "3.0", "services": [service]})  # JSON is YAML


def _route(name: str, issuer: str, **config: Any) -> dict[str, Any]:
    told = [{"header": "X-Issuer", "path": ["iss"]}]
    whole = {"issuer": issuer, "upstream_headers": told, **config}
    return {
        "name": name,
        "paths": [f"/{name}"],
        "plugins": [{"name": "openid-connect", "config": whole}],
    }
