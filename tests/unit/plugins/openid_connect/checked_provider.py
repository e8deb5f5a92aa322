"""A provider that a configuration is checked with: it answers as it is told."""

import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from gatepost.oidc import generate
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.entry import OpenIdConnectPlugin
from gatepost.values import Call, Fault, Headers, Reply

ISSUER = "https://id.example"
NOW = 1_700_000_000.0
KEY = generate("ES256", "one")
DOCUMENT: Mapping[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "introspection_endpoint": f"{ISSUER}/introspect",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/keys",
    "grant_types_supported": ["authorization_code", "client_credentials"],
    "scopes_supported": ["openid", "read"],
    "code_challenge_methods_supported": ["S256"],
}


def config(**fields: Any) -> OpenIdConnectConfig:
    return OpenIdConnectPlugin().read({"issuer": ISSUER, **fields})


def reply(value: Any, status: int = 200, *, at: float | None = NOW) -> Reply:
    date = [("Date", formatdate(at, usegmt=True))] if at is not None else []
    return Reply(
        status, Headers([("Content-Type", "application/json"), *date]), json.dumps(value).encode()
    )


class Provider:
    """answers: by purpose, in place of the usual ones; a Fault is raised."""

    def __init__(self, **answers: Reply | Fault) -> None:
        usual = {
            "discovery": reply(DOCUMENT),
            "jwks": reply({"keys": [dict(KEY.jwk)]}),
            "introspection": reply({"active": False}),
            "token": reply({"error": "invalid_grant"}, 400),
        }
        self.answers: dict[str, Reply | Fault] = {**usual, **answers}
        self.calls: list[Call] = []

    async def __call__(self, call: Call) -> Reply:
        self.calls.append(call)
        found = self.answers[call.purpose]
        if isinstance(found, Fault):
            raise found
        return found
