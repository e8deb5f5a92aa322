"""The ASGI application. The protocol's few paths are found in a table: they must be quick."""

from collections.abc import Awaitable, Callable
from typing import Any, final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from gatepost.idp import discovery, introspection, okta, revocation, token_endpoint
from gatepost.idp.asking import BODY_LIMIT, Asking, RefusedError
from gatepost.idp.counters import Counters
from gatepost.idp.development import Development
from gatepost.idp.directory import Directory
from gatepost.idp.endpoints import Endpoint, World
from gatepost.idp.guard import Guard
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.management import Management, reply
from gatepost.idp.misbehave import Misbehaviour, alteration
from gatepost.idp.seed import Seed
from gatepost.idp.tokens import Tokens
from gatepost.idp.wire import SENDERS, Message, Send, Wire
from gatepost.values import Clock, Reply, Secret

ISSUER_PATH = "/oauth2/default"
"""Where Okta puts its first authorization server; an issuer given by hand must end in it."""

ENDPOINTS = (
    discovery.METADATA,
    discovery.KEYS,
    token_endpoint.NAME,
    introspection.NAME,
    revocation.NAME,
)

Receive = Callable[[], Awaitable[Message]]

_GREETING = (
    "Gatepost's development identity provider. For development only: its secrets are public.\n"
    "Issuer: {issuer}\n"
)


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
        keys, directory = KeyRing(alg), Directory(seed, clock)
        tokens = Tokens(issuer=issuer, keys=keys, directory=directory, clock=clock)
        self.world = World(issuer, clock, keys, directory, tokens, Counters())
        self.misbehaviour = Misbehaviour(ENDPOINTS)
        self._guard = Guard(api_token)
        self._endpoints: dict[str, tuple[str, Endpoint]] = {
            f"{ISSUER_PATH}/.well-known/openid-configuration": (
                discovery.METADATA,
                discovery.metadata,
            ),
            f"{ISSUER_PATH}/v1/keys": (discovery.KEYS, discovery.keys),
            f"{ISSUER_PATH}/v1/token": (token_endpoint.NAME, token_endpoint.answer),
            f"{ISSUER_PATH}/v1/introspect": (introspection.NAME, introspection.answer),
            f"{ISSUER_PATH}/v1/revoke": (revocation.NAME, revocation.answer),
        }
        self._rest = Router(
            [
                Route("/", self._greet, methods=["GET"]),
                *Management(self.world).routes(),
                *Development(self.world, self.misbehaviour, ENDPOINTS).routes(),
            ],
            redirect_slashes=False,
        )

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call (ASGI 3)."""
        found = self._endpoints.get(scope["path"])
        if found is None:
            await self._manage(scope, receive, send)
            return
        name, endpoint = found
        self.world.counters.arrived(name)
        body = await _read(receive)
        wire = Wire(send, scope["gatepost.transport"])
        answer = self._answer(endpoint, Asking(scope["method"], scope["headers"], body))
        order = self.misbehaviour.take(name)
        if order is None:
            await wire.deliver(answer)
        elif (sender := SENDERS.get(order.fault)) is not None:
            await sender(wire, answer, order)
        elif (alter := alteration(order)) is not None:
            await wire.deliver(alter(answer, order))

    def _answer(self, endpoint: Endpoint, asking: Asking) -> Reply:
        if len(asking.body) > BODY_LIMIT:
            return RefusedError(413, "invalid_request", "the body is too long").reply()
        try:
            return endpoint(self.world, asking)
        except RefusedError as refused:
            return refused.reply()

    async def _manage(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        asking = Asking(scope["method"], scope["headers"], b"")
        refusal = self._guard.check(asking) if scope["path"] != "/" else None
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

    async def _greet(self, _request: Request) -> Response:
        return PlainTextResponse(_GREETING.format(issuer=self.world.issuer))


async def _read(receive: Receive) -> bytes:
    """Return the body, or the first bytes past BODY_LIMIT of one that is too long."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
    return body
