"""The relying parties: each is a route of the node, and an application of the provider.

Many lie in one World, because starting a World takes longer than all that is asked of one. What a
test changes at a relying party stays there: whoever spoils one has one of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SESSION_SECRET = "a session secret that only the conformance tests know"


@dataclass(frozen=True)
class Registered:
    """How one is configured, and what is registered at the provider where it differs.

    name: its path, and its client id unless told. https: people come to it by https. config: over
    those of every relying party; ``$HERE`` stands for its own address. told: what the provider is
    told of it, in the words of ``gatepost`` there. settings: the same in Okta's words.
    """

    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    https: bool = False
    secret: str = ""
    client: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def client_id(self) -> str:
        return self.client or f"conformance-{self.name}"

    @property
    def client_secret(self) -> str:
        return self.secret or f"secret-of-{self.name}-and-nobody-else"

    def configuration(self, *, here: str, redis: int) -> dict[str, Any]:
        """Return what an operator writes. here: the address of its pages. redis: a port."""
        whole: dict[str, Any] = {
            "issuer": "$ISSUER",
            "client_id": [self.client_id],
            "client_secret": [self.client_secret],
            "client_auth": ["client_secret_basic"],
            "auth_methods": ["authorization_code", "session"],
            "redirect_uri": ["$HERE/callback"],
            "scopes": ["openid", "profile", "email"],
            "preserve_query_args": True,
            "id_token_signed_response_alg": "RS256",
            "session_secret": SESSION_SECRET,
            "search_user_info": True,
            "upstream_id_token_header": "X-Id-Token",
            "upstream_headers_claims": ["sub", "email", "nickname", "address"],
            "upstream_headers_names": ["X-User", "X-Email", "X-Nickname", "X-Address"],
            **self.config,
        }
        return {name: _filled(value, here, redis) for name, value in whole.items()}

    def application(self, *, here: str) -> dict[str, Any]:
        """Return what is registered, in the form of Okta's management API."""
        return {
            "label": self.client_id,
            "credentials": {
                "oauthClient": {
                    "client_id": self.client_id,
                    "client_secret": self.client_secret,
                    "token_endpoint_auth_method": "client_secret_basic",
                }
            },
            "settings": {
                "oauthClient": {
                    "grant_types": ["authorization_code", "refresh_token"],
                    "redirect_uris": [f"{here}/callback"],
                    **{name: _filled(value, here, 0) for name, value in self.settings.items()},
                }
            },
            "gatepost": {
                "access_token": "opaque",  # as the suite's are: only the id token is judged
                "scopes": ["openid", "profile", "email", "offline_access"],
                **{name: _filled(value, here, 0) for name, value in self.told.items()},
            },
        }


def _filled(value: Any, here: str, redis: int) -> Any:
    if isinstance(value, str):
        return value.replace("$HERE", here)
    if isinstance(value, list):
        return [_filled(one, here, redis) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, here, redis) for name, one in value.items()}
    return redis if value is REDIS else value


REDIS = object()
"""Stands for the port of the Redis."""

FORM_POST = {"response_mode": "form_post"}


def new(name: str, config: Mapping[str, Any] | None = None, **more: Any) -> Registered:
    """Return one that learns the provider by itself, whatever others know of it.

    A header of its own makes its question for the document another question.
    """
    asks = {"discovery_headers_names": ["X-Asked-By"], "discovery_headers_values": [name]}
    return Registered(name, {**asks, **(config or {})}, **more)


def _basic(prefix: str, config: Mapping[str, Any], *, https: bool) -> tuple[Registered, ...]:
    """Return those of a plan with the 14 basic modules."""
    return (
        Registered(prefix, config, https),
        new(f"{prefix}-kid-single", config, https=https),
        new(f"{prefix}-kid-multiple", config, https=https),
        Registered(
            f"{prefix}-secret",
            config,
            https,
            # Sent as they are, these would say something else (RFC 6749, 2.3.1).
            secret="50%25 of: a+secret &=?/é",
            client=f"conformance:{prefix} +%3A",
        ),
    )


PLANS: dict[str, tuple[Registered, ...]] = {
    "basic": _basic("basic", {}, https=False),
    "form-post": _basic("form-post", FORM_POST, https=True),
    "config": tuple(
        new(f"config-{name}")
        for name in ("document", "keys", "mismatch", "unsigned", "rotation", "rotation-between")
    ),
}


def everybody() -> tuple[Registered, ...]:
    """Return all of them."""
    return tuple(one for plan in PLANS.values() for one in plan)
