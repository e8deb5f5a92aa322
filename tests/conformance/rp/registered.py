"""The relying parties: each is a route of the node, and an application of the provider.

Many lie in one World, because starting a World takes longer than all that is asked of one. What a
test changes at a relying party stays there: whoever spoils one has one of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SESSION_SECRET = "a session secret that only the conformance tests know"

Places = Mapping[str, str | int]
"""What stands for an address or a port."""


@dataclass(frozen=True)
class Registered:
    """How one is configured, and what is registered at the provider where it differs.

    name: its path, and its client id unless told. config: over that of every relying party. https:
    people come to it by https. told, settings: what is registered at the provider, under
    ``gatepost`` there and in Okta's own words. In all of them ``$HERE`` stands for its own address,
    ``$REDIS`` for the port of a Redis and ``$USERINFO`` for an endpoint that notes what it gets.
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

    def configuration(self, places: Places) -> dict[str, Any]:
        """Return what an operator writes."""
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
        return {name: _filled(value, places) for name, value in whole.items()}

    def application(self, places: Places) -> dict[str, Any]:
        """Return what is registered, in the form of Okta's management API."""
        whole = {
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
                    "redirect_uris": ["$HERE/callback"],
                    **self.settings,
                }
            },
            "gatepost": {
                "access_token": "opaque",  # as the suite's are: only the id token is judged
                "scopes": ["openid", "profile", "email", "offline_access"],
                **self.told,
            },
        }
        return {name: _filled(value, places) for name, value in whole.items()}


def _filled(value: Any, places: Places) -> Any:
    if isinstance(value, list):
        return [_filled(one, places) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, places) for name, one in value.items()}
    if not isinstance(value, str):
        return value
    for name, place in places.items():
        if value == name:
            return place
        value = value.replace(name, str(place))
    return value


FORM_POST = {"response_mode": "form_post"}
BYE = "/bye"
"""Below each relying party: a page that anybody may open."""

LOGS_OUT = {
    "logout_uri_suffix": "/logout",
    "logout_methods": ["GET", "POST"],
    "logout_redirect_uri": [f"$HERE{BYE}"],
}
APART = {"session_cookie_name": "starter", "authorization_cookie_name": "starter-login"}
RETURNS = {"post_logout_redirect_uris": [f"$HERE{BYE}"]}
HEARS = {"backchannel_logout_uri": "$HERE/back-channel"}
TOLD = {**HEARS, "backchannel_logout_session_required": True}
SILENT = {
    "authorization_query_args_names": ["prompt", "max_age"],
    "authorization_query_args_values": ["none", "0"],
}
STORED = {
    "session_storage": "redis",
    "session_store_metadata": True,
    "redis": {"host": "127.0.0.1", "port": "$REDIS", "connect_timeout": 500},
}


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
    "refresh": (
        Registered("refresh", {"scopes": ["openid", "profile", "email", "offline_access"]}),
    ),
    "rp-initiated-logout": (
        # One with cookies of its own, from which people log out: others hear of that from the
        # provider alone.
        Registered("starter", {**LOGS_OUT, **APART}, settings=RETURNS),
        Registered("logout", {**LOGS_OUT, **HEARS}, told=TOLD, settings=RETURNS),
    ),
    "back-channel": (
        Registered("back", {**LOGS_OUT, **HEARS}, told=TOLD, settings=RETURNS),
        Registered(
            "back-strict", {**HEARS, "backchannel_logout_session_required": True}, told=TOLD
        ),
        Registered("back-stored", {**HEARS, **STORED}, told=TOLD),
        Registered("back-shared", {**HEARS, "redis": STORED["redis"]}, told=TOLD),
    ),
    "comprehensive": (
        Registered("silent", {**FORM_POST, **SILENT}, https=True),
        Registered("bearer-header", {"userinfo_endpoint": "$USERINFO"}),
        Registered(
            "signed",
            {
                "userinfo_accept": "application/jwt",
                "upstream_user_info_jwt_header": "X-Userinfo",
            },
        ),
        Registered("es256", {"id_token_signed_response_alg": "ES256"}),
        Registered("hs256", {"id_token_signed_response_alg": "HS256"}),
    ),
    "front-channel": (
        Registered(
            "front",
            {"frontchannel_logout_uri": "$HERE/front-channel"},
            settings={
                "frontchannel_logout_uri": "$HERE/front-channel",
                "frontchannel_logout_session_required": True,
            },
        ),
    ),
}


def everybody() -> tuple[Registered, ...]:
    """Return all of them."""
    return tuple(one for plan in PLANS.values() for one in plan)
