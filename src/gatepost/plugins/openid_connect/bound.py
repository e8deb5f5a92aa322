"""One instance of the plugin, bound to a route: its parts, put together once."""

from typing import Final
from urllib.parse import urlsplit

from gatepost.oidc import discovery
from gatepost.plugin.attribute import bit
from gatepost.plugin.auth_method import AuthMethod, Proof
from gatepost.plugin.courier import LOCK
from gatepost.plugin.decision import Forward, Refusal
from gatepost.plugin.plugin import Bound, Failure, Site
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.admission import Admission
from gatepost.plugins.openid_connect.challenge import Challenger
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.parts import Parts
from gatepost.plugins.openid_connect.refusing import Refusing
from gatepost.plugins.openid_connect.session_facts import SessionFacts
from gatepost.plugins.openid_connect.told import Told
from gatepost.values import Reply

MOST_OF_AN_ERRAND: Final = 2 * LOCK + 1
"""Seconds that an errand may take beside its call: another node held it, and is gone."""


class OpenIdConnect(Bound):
    """Everything of one configuration that can be prepared once."""

    def __init__(self, config: OpenIdConnectConfig, site: Site) -> None:
        parts = Parts(config, site)
        methods = parts.methods()
        self._config = config
        self._challenger = Challenger(config, _realm(config.issuer))
        self._refusing = Refusing(config, parts.clients, self._challenger, parts.lookup)
        up_facts = SessionFacts(config, parts.times, config.session_request_headers)
        down_facts = SessionFacts(config, parts.times, config.session_response_headers)
        upstream = Told(config, "upstream")
        self._admission = Admission(
            config,
            parts.enrichment,
            parts.completion,
            parts.endings,
            parts.keeper,
            self._refusing,
            (upstream, up_facts),
            (Told(config, "downstream"), down_facts),
        )
        self.methods: tuple[AuthMethod, ...] = methods
        self.anonymous = config.anonymous
        self.hide_credentials = config.hide_credentials
        found = [one for method in methods for one in method.attributes]
        found += [*parts.enrichment.attributes, *self._refusing.attributes]
        if config.enable_hs_signatures:
            found += parts.clients.attributes
        if not config.run_on_preflight:
            found.append(bit("method", "OPTIONS"))
        self.attributes = tuple(dict.fromkeys(found))
        self.identity_headers = tuple(
            name for name in (*upstream.names, *up_facts.names) if name.lower() != "authorization"
        )
        self.never_remembered = _never(config)
        self.patience = _patience(config, people=parts.people)
        if parts.people:
            self.cookies = (*parts.keeper.cookies, f"{parts.flows.prefix}*", parts.trails.name)
        if "session" in config.methods:
            self.session_cookie = config.session_cookie_name
        self.rooms = (config.room,) if config.room is not None else ()

    async def skip(self, request: Request, runtime: Runtime) -> bool:
        """Let OPTIONS through where ``run_on_preflight`` says so."""
        return not self._config.run_on_preflight and request.bit("method", "OPTIONS")

    def challenges(self, rejected: bool) -> tuple[str, ...]:
        """Return the challenges of a 401."""
        return self._challenger.unauthorized(bad_token=rejected)

    def refuse(self, failure: Failure, request: Request, runtime: Runtime) -> Refusal | Reply:
        """Refuse as configured: a message, a page for people, or a redirect instead."""
        if failure.status == 401:
            return self._refusing.unauthorized(failure, request)
        if failure.status == 403:
            return self._refusing.forbidden(failure, request)
        return self._refusing.unavailable(failure, request)

    async def admit(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        """Check what is required, map to a consumer, tell the upstream."""
        return await self._admission.admit(proof, request, runtime)


def _patience(config: OpenIdConnectConfig, *, people: bool) -> float:
    """Return the seconds that a decision may take: calls and the store, one after another."""
    call = config.timeout / 1000
    if not people:
        return 3 * call + 1  # discovery, keys, and the call itself
    # Discovery, keys, both of them anew; a code or refresh token that another node may be at work
    # on; userinfo; and where sessions are stored, a look and a write.
    seconds = 5 * call + MOST_OF_AN_ERRAND + 1
    room = config.room
    if room is None:
        return seconds
    return seconds + 2 * (room.connect_timeout + room.send_timeout + room.read_timeout)


def _never(config: OpenIdConnectConfig) -> str | None:
    asks = {
        "bearer": config.introspect_jwt_tokens and not config.cache_introspection,
        "introspection": not config.cache_introspection,
        "client_credentials": not config.cache_tokens,
        "password": not config.cache_tokens,
        "refresh_token": not config.cache_tokens,
        "userinfo": not config.cache_user_info,
        "authorization_code": True,
    }
    if all(asks.get(name, False) for name in config.methods):
        return "every method asks the provider anew (cache_introspection or cache_tokens is off)"
    return None


def _realm(issuer: str) -> str:
    try:
        return urlsplit(discovery.identifier(issuer)).netloc
    except ValueError:  # a pseudo issuer may be any text
        return ""
