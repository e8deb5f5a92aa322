"""A policy in a few words: what it does, and where it applies."""

from collections.abc import Mapping
from typing import Any

Policy = Mapping[str, Any]

SCOPES = ("service", "route", "consumer")
"""The fields by which a policy applies to one thing alone."""

_WAYS = {
    "bearer": "tokens (JWT)",
    "introspection": "tokens by introspection",
    "client_credentials": "client credentials",
    "authorization_code": "login in a browser",
    "password": "user name and password",
    "refresh_token": "refresh tokens",
    "userinfo": "tokens by userinfo",
}
_REQUIRED = {
    "scopes_required": "scopes",
    "audience_required": "audience",
    "groups_required": "groups",
    "roles_required": "roles",
}


def title_of(policy: Policy) -> str:
    """Return what a policy is called: its own name where it has one."""
    own = policy.get("instance_name")
    return f"{own} ({policy['name']})" if own else str(policy["name"])


def scope_of(policy: Policy) -> list[tuple[str, str]]:
    """Return to what a policy applies: ``("service", id)``; nothing when it applies everywhere."""
    return [(kind, str(policy[kind]["id"])) for kind in SCOPES if policy.get(kind)]


def about(policy: Policy) -> str:
    """Return what a policy does, as far as its kind is known; empty for others."""
    if policy.get("name") != "openid-connect":
        return ""
    config = policy.get("config") or {}
    methods = config.get("auth_methods") or ()
    ways = [words for name, words in _WAYS.items() if name in methods] or ["sessions alone"]
    if not methods or len(methods) > len(_WAYS) + 1:
        ways = ["every way that can work"]  # nobody chose
    required = [words for name, words in _REQUIRED.items() if config.get(name)]
    told = f"{', '.join(ways)} of {config.get('issuer') or 'no issuer'}"
    return told + (f"; {', '.join(required)} required" if required else "")
