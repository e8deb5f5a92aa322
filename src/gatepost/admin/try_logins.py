"""Logging in at a provider as a person would, for the tokens: authorization code with PKCE.

What is remembered meanwhile travels sealed with whoever tries it, bound to them and to the plane.
"""

import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.named_providers import NamedProvider
from gatepost.admin.problem import plain
from gatepost.admin.try_tokens import LIMIT, client_of, granted, provider_named
from gatepost.oidc import (
    ASYMMETRIC,
    AuthorizationRequest,
    Client,
    ExpectedIdToken,
    Pairs,
    Provider,
    authorization,
    client_auth,
    id_token,
    par,
    pkce,
    token,
)
from gatepost.plugin.sealing import NotOurs, as_text, from_text
from gatepost.values import FixedClock, Secret
from gatepost.values.call import Fetch

MINUTES = 600.0
"""Seconds that somebody has for logging in."""
_LEEWAY = 5.0


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A login that begins. redirect_uri: where the browser comes back to, registered there."""

    issuer: str
    client_id: str
    redirect_uri: str
    client_secret: str | None = None
    scope: str = "openid"
    audience: str | None = None
    prompt: str | None = None
    auth: str | None = None

    def __repr__(self) -> str:
        return "Wanted()"


class Back(msgspec.Struct, forbid_unknown_fields=True):
    """What came back. parameters: those of the redirect URI, each once. flow: as it was given."""

    flow: str
    parameters: dict[str, str]

    def __repr__(self) -> str:
        return "Back()"


class _Flow(msgspec.Struct):
    """What is sealed. issuer: as the plugin names it."""

    issuer: str
    client_id: str
    client_secret: str | None
    auth: str | None
    redirect_uri: str
    state: str
    nonce: str
    verifier: str
    until: float

    def __repr__(self) -> str:
        return "_Flow()"

    @property
    def client(self) -> Client:
        """Return who logs somebody in."""
        return client_of(self.client_id, self.client_secret, self.auth)


async def begin(ask: Ask) -> Response:
    """Begin a login: answers where to send the browser, and what to bring back (``flow``)."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    parts = urlsplit(wanted.redirect_uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise plain(400, "redirect_uri: write an http or https address, as it is registered")
    named = await provider_named(ask, wanted.issuer)
    after = {"issuer": named.issuer, "client_id": wanted.client_id[:255]}
    await noted(ask, "try", "logins", after=after)
    flow = _Flow(
        issuer=named.issuer,
        client_id=wanted.client_id,
        client_secret=wanted.client_secret,
        auth=wanted.auth,
        redirect_uri=wanted.redirect_uri,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=pkce.verifier(secrets.token_bytes(pkce.CHANCE)),
        until=time.time() + MINUTES,
    )
    request = AuthorizationRequest(
        client_id=wanted.client_id,
        redirect_uri=wanted.redirect_uri,
        state=flow.state,
        nonce=flow.nonce,
        scopes=tuple(wanted.scope.split()),
        audience=(wanted.audience,) if wanted.audience else (),
        code_challenge=pkce.challenge(flow.verifier),
        extra=(("prompt", wanted.prompt),) if wanted.prompt else (),
    )
    abroad = ask.control.abroad
    async with abroad.turn(ask.plane):
        provider = await named.asked(abroad.fetch)
        parameters = await _pushed(request.parameters(), flow, provider, named, abroad.fetch)
        url = authorization.url(provider.require("authorization_endpoint"), parameters)
    sealed = abroad.flows.close(
        msgspec.json.encode(flow), bound_to=_bound(ask), random=secrets.token_bytes
    )
    return answer({"url": url, "flow": as_text(sealed), "state": flow.state})


async def complete(ask: Ask) -> Response:
    """Complete a login: answers the tokens. The code is worth nothing afterwards."""
    ask.allow(Role.OPERATOR)
    back = await read_as(ask.request, Back, LIMIT)
    abroad = ask.control.abroad
    try:
        opened = abroad.flows.open(from_text(back.flow), bound_to=_bound(ask))
    except NotOurs:
        raise plain(400, "flow: it is none that was given to you here; begin again") from None
    flow = msgspec.json.decode(opened, type=_Flow)
    if flow.until < time.time():
        raise plain(400, "flow: this login took too long; begin again")
    named = await provider_named(ask, flow.issuer)
    async with abroad.turn(ask.plane):
        return answer(await _tokens(flow, back, named, abroad.fetch))


async def _tokens(flow: _Flow, back: Back, named: NamedProvider, fetch: Fetch) -> dict[str, Any]:
    provider = await named.asked(fetch)
    promised = provider.authorization_response_iss_parameter_supported
    found = authorization.read(
        tuple(back.parameters.items()), issuer=provider.issuer, iss_promised=promised
    )
    if not secrets.compare_digest(found.state.encode(), flow.state.encode()):
        raise plain(400, "parameters.state: this answer belongs to another login")
    supported = provider.token_endpoint_auth_methods_supported
    call = token.authorization_code(
        provider.require("token_endpoint"),
        flow.client,
        client_auth.choose_method(flow.client, None, supported),
        code=found.code,
        redirect_uri=flow.redirect_uri,
        verifier=flow.verifier,
        transport=named.transport,
    )
    given = granted(await fetch(call), (flow.client_secret, found.code.reveal(), flow.verifier))
    if isinstance(given.get("id_token"), str):
        expected = ExpectedIdToken(
            issuer=provider.issuer,
            client_id=flow.client_id,
            nonce=flow.nonce,
            access_token=Secret(given["access_token"]),
            code=found.code,
            algorithms=ASYMMETRIC,
            leeway=_LEEWAY,
        )
        keys = await named.keys(fetch)
        id_token.verify(given["id_token"], keys, expected, FixedClock(time.time()))
    return given


async def _pushed(
    parameters: Pairs, flow: _Flow, provider: Provider, named: NamedProvider, fetch: Fetch
) -> Pairs:
    """Return what the browser carries; where the provider wants it, all else is pushed before."""
    if not provider.require_pushed_authorization_requests:
        return parameters
    supported = provider.token_endpoint_auth_methods_supported
    call = par.request(
        provider.require("pushed_authorization_request_endpoint"),
        flow.client,
        client_auth.choose_method(flow.client, None, supported),
        parameters,
        transport=named.transport,
    )
    pushed = par.read(await fetch(call))
    return par.front_parameters(flow.client_id, pushed.request_uri)


def _bound(ask: Ask) -> bytes:
    return msgspec.json.encode([ask.plane, ask.caller.name, ask.caller.way])
