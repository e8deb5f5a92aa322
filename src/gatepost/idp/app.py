"""The ASGI application. The protocol's few paths are found in a table: they must be quick."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Router

from gatepost.idp import (
    claims_source,
    discovery,
    introspection,
    okta,
    par,
    revocation,
    token_answer,
    token_endpoint,
    userinfo,
)
from gatepost.idp.asking import BODY_LIMIT, Asking, RefusedError
from gatepost.idp.browser import authorization_answer, authorize, consent, home, logout, sign_in
from gatepost.idp.browser.assets import ASSETS_PATH, asset
from gatepost.idp.development import Development
from gatepost.idp.directory import Directory
from gatepost.idp.endpoints import Endpoint, World
from gatepost.idp.guard import Guard
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.management import Management
from gatepost.idp.misbehave import Misbehaviour, alteration
from gatepost.idp.okta_answers import reply
from gatepost.idp.places import KEYS
from gatepost.idp.seed import Seed
from gatepost.idp.wire import SENDERS, Message, Send, Wire
from gatepost.values import Clock, Reply, Secret

ISSUER_PATH = "/oauth2/default"
"""Where Okta puts its first authorization server; an issuer given by hand must end in it."""

_BELOW_ISSUER: dict[str, tuple[str, Endpoint]] = {
    "/.well-known/openid-configuration": (discovery.METADATA, discovery.metadata),
    KEYS: (discovery.KEYS, discovery.keys_where_they_were),
    "/v1/token": (token_answer.NAME, token_endpoint.answer),
    "/v1/introspect": (introspection.NAME, introspection.answer),
    "/v1/revoke": (revocation.NAME, revocation.answer),
    "/v1/authorize": (authorization_answer.NAME, authorize.answer),
    "/v1/par": (par.NAME, par.answer),
    "/v1/userinfo": (userinfo.NAME, userinfo.answer),
    "/v1/claims": (claims_source.NAME, claims_source.answer),
    "/v1/logout": (logout.NAME, logout.answer),
}

_PAGES: dict[str, Endpoint] = {
    home.PATH: home.answer,
    sign_in.PATH: sign_in.answer,
    consent.PATH: consent.answer,
    logout.PATH: logout.confirmed,
}

ENDPOINTS = tuple(name for name, _ in _BELOW_ISSUER.values())
"""The names under which calls are counted and misbehaviour is ordered."""

Receive = Callable[[], Awaitable[Message]]


@final
class IdentityProvider:
    """An OpenID provider in memory that speaks ASGI."""

    def __init__(
        self,
        *,
        issuer: str,
        seed: Seed,
        clock: Clock,
        alg: str = "RS256",
        api_token: Secret | None = None,
    ) -> None:
        self.world = World.new(issuer, clock, KeyRing(alg), Directory(seed, clock))
        self._guard = Guard(api_token)
        self._endpoints = {ISSUER_PATH + path: found for path, found in _BELOW_ISSUER.items()}
        misbehaviour = Misbehaviour(ENDPOINTS, self.world.orders, self.world.keys)
        self._rest = Router(
            [
                *Management(self.world).routes(),
                *Development(self.world, misbehaviour, ENDPOINTS).routes(),
            ],
            redirect_slashes=False,
        )

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call (ASGI 3)."""
        path = scope["path"]
        found = self._endpoints.get(path) or self._moved(path)
        if found is None:
            await self._elsewhere(scope, receive, send)
            return
        name, endpoint = found
        self.world.counters.arrived(name)
        wire = Wire(send, scope["gatepost.transport"])
        made = self._made(endpoint, await _asking(scope, receive))
        answer = made if isinstance(made, Reply) else await made
        order = self.world.orders.take(name)
        if order is None:
            await wire.deliver(answer)
        elif (sender := SENDERS.get(order.fault)) is not None:
            await sender(wire, answer, order)
        elif (alter := alteration(order)) is not None:
            await wire.deliver(alter(answer, order))

    def _made(self, endpoint: Endpoint, asking: Asking) -> Reply | Coroutine[None, None, Reply]:
        """Return an endpoint's answer, or what to await for it (pages, which refuse by a page)."""
        if len(asking.body) > BODY_LIMIT:
            return RefusedError(413, "invalid_request", "the body is too long").reply()
        try:
            return endpoint(self.world, asking)
        except RefusedError as refused:
            return refused.reply()

    def _moved(self, path: str) -> tuple[str, Endpoint] | None:
        """Return the endpoint of the keys, where misbehaviour has moved them to."""
        places = self.world.places
        if places.moved and path == ISSUER_PATH + places.keys:
            return discovery.KEYS, discovery.keys
        return None

    async def _elsewhere(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve what is not an endpoint of the protocol: pages, their assets, management."""
        path = scope["path"]
        wire = Wire(send, scope["gatepost.transport"])
        if (page := _PAGES.get(path)) is not None:
            made = self._made(page, await _asking(scope, receive))
            await wire.deliver(made if isinstance(made, Reply) else await made)
        elif path.startswith(ASSETS_PATH) and (found := asset(path)) is not None:
            await wire.deliver(found)
        else:
            await self._manage(scope, receive, send)

    async def _manage(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        asking = Asking(scope["method"], scope["headers"], b"")
        refusal = self._guard.check(asking)
        answer: Response
        if refusal is not None:
            answer = reply(okta.problem("E0000006", refusal), 403)
        else:
            scope["app"] = self._rest  # with it, the router raises instead of answering in text
            try:
                await self._rest(scope, receive, send)
                return
            except HTTPException as error:
                summary = "No such path, or not with this method."
                answer = reply(okta.problem("E0000022", summary), error.status_code)
        await answer(scope, receive, send)


async def _asking(scope: dict[str, Any], receive: Receive) -> Asking:
    """Read a call; of a body that is too long, no more than the first bytes past BODY_LIMIT."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
    return Asking(scope["method"], scope["headers"], body, scope["query_string"])
