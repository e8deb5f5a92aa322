"""The configuration that is measured: ten routes a service, a policy for each service."""

import json
from typing import Any

ROUTES_EACH = 10
POLICIES = 100
"""Policies that differ: as many plans as an authorizer has to know."""


def configuration(routes: int, *, upstream: str, issuer: str) -> str:
    """Return a kong.yaml (as JSON, which is YAML) with this many routes: /r0, /r1, …"""
    services = [
        _service(number, min(ROUTES_EACH, routes - number * ROUTES_EACH), upstream, issuer)
        for number in range(-(-routes // ROUTES_EACH))
    ]
    return json.dumps({"_format_version": "3.0", "services": services})


def entities(routes: int) -> int:
    """Return how many entities that makes."""
    return routes + 2 * -(-routes // ROUTES_EACH)


def _service(number: int, routes: int, upstream: str, issuer: str) -> dict[str, Any]:
    first = number * ROUTES_EACH
    policy = {
        "issuer": issuer,
        "client_id": ["bench"],
        "auth_methods": ["bearer"],
        "scopes_required": [f"scope-{number % POLICIES}"],
        "upstream_headers_claims": ["sub"],
        "upstream_headers_names": ["X-Subject"],
    }
    return {
        "name": f"s{number}",
        "url": upstream,
        "plugins": [{"name": "openid-connect", "config": policy}],
        "routes": [
            {"name": f"r{one}", "paths": [f"/r{one}"]} for one in range(first, first + routes)
        ],
    }
