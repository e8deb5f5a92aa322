"""A logout that the provider tells us, server to server (OpenID Connect Back-Channel Logout 1.0).

No browser is there, so there is nothing to delete: the sessions are revoked, on every node, and
whoever still holds their cookies is refused.
"""

import hashlib
import json
from typing import Final, final
from urllib.parse import parse_qsl, urlsplit

from gatepost.oidc import ASYMMETRIC, KeySet, logout_token, parse
from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.session import Keeper, Times
from gatepost.values import By, Fault, Headers, Reply, Tag, TagKind

_LARGEST: Final = 65_536
_FORM: Final = "application/x-www-form-urlencoded"
_REMEMBERED: Final = 3_600.0
"""Seconds for which a logout token is not taken twice, at least."""


@final
class BackChannel:
    """Takes logout tokens at the path of ``backchannel_logout_uri``."""

    name = "backchannel_logout"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        judge: Judge,
        keeper: Keeper,
        times: Times,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._judge = judge
        self._keeper = keeper
        self._lifetime = times.longest(remember=config.session_remember)
        uri = config.backchannel_logout_uri
        self._path = (urlsplit(uri).path or "/") if uri else None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``take`` reads from the key of a request."""
        return (bit("path-suffix", self._path),) if self._path else ()

    async def take(self, request: Request, runtime: Runtime) -> Reply | None:
        """Take a logout token; None where this is not the place for one.

        Raises Fault(by=PROVIDER) when it cannot be judged, (by=OURS) when it could not be written
        down: the provider gets a 503 and may try again. A Redis that is away is no reason.
        """
        if self._path is None or not request.bit("path-suffix", self._path):
            return None
        if request.path() != self._path:
            return None
        if request.method() != "POST":
            fields = [("Allow", "POST"), ("Cache-Control", "no-store")]
            return Reply(405, Headers(fields))
        try:
            token, clients = await self._verified(self._presented(request), runtime)
            await self._unseen(token, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                runtime.tell("logout.unavailable", fault.code)
                raise
            runtime.tell("logout.refused", fault.code, cause=fault.cause)
            return _refused(fault)
        ended = await self._end(token, clients, runtime)
        runtime.tell(
            "logout.done",
            "back_channel",
            client=token.client_id,
            subject=token.subject,
            by_session=token.session is not None,
            records=ended,
        )
        return Reply(200, Headers([("Cache-Control", "no-store")]))

    def _presented(self, request: Request) -> str:
        """Return the token of the form; other parameters are ignored (section 2.5)."""
        body, media = request.body(), request.content_type()
        if media == _FORM and len(body) <= _LARGEST:
            try:
                pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=100)
            except ValueError:
                pairs = []
            tokens = [value for name, value in pairs if name == "logout_token"]
            if len(tokens) == 1:
                return tokens[0]
        raise Fault("logout_token.missing", "A logout token is posted as form, once.", by=By.CLIENT)

    async def _verified(
        self, text: str, runtime: Runtime
    ) -> tuple[logout_token.LogoutToken, tuple[str, ...]]:
        """Return the token, and all of our clients that it is for."""
        config, ids = self._config, self._clients.ids
        parts = parse(text)
        provider = await self._source.provider(runtime, endpoint="issuer", told=False)
        algorithms, hashed = self._judge.identity_algorithms(provider)
        named = parts.payload.get("aud")
        audience = named if isinstance(named, list) else [named]
        meant = tuple(name for name in ids if name in audience)
        client = self._clients.named(meant[0]) if meant else None
        expected = logout_token.ExpectedLogoutToken(
            await self._source.issuer(runtime),
            ids,
            algorithms=algorithms,
            secret=client.secret if client is not None and hashed else None,
            leeway=config.leeway,
            session_required=config.backchannel_logout_session_required,
        )
        clock = runtime.clock

        def judged(keys: KeySet) -> logout_token.LogoutToken:
            return logout_token.verify(parts, keys, expected, clock)

        if parts.alg in ASYMMETRIC:
            return await self._source.with_keys(runtime, judged), meant
        return judged(KeySet()), meant

    async def _unseen(self, token: logout_token.LogoutToken, runtime: Runtime) -> None:
        """Refuse a token that was taken before (section 2.6, 8), here or on a node beside us."""
        name = hashlib.sha256(f"logout\n{token.issuer}\n{token.jti}".encode()).hexdigest()
        left = token.expires + self._config.leeway - runtime.clock.now()
        seconds = max(left, _REMEMBERED)
        try:
            first = await runtime.claim(name, seconds, self._config.room)
        except Fault as fault:
            if fault.code != "store.unreachable":
                raise
            # Few providers tell a logout twice. To take a token again on another node logs
            # somebody out who is to be out; not to take it would leave them in.
            runtime.step("nobody can say whether another node took it", code=fault.code)
            first = await runtime.claim(name, seconds)
        if not first:
            raise Fault("logout_token.replayed", "The logout token was used before.", by=By.CLIENT)

    async def _end(
        self, token: logout_token.LogoutToken, clients: tuple[str, ...], runtime: Runtime
    ) -> int:
        """End the session that is named or, where none is, all of the person's."""
        until = None if self._lifetime is None else runtime.clock.now() + self._lifetime
        if token.session is not None:
            tags = [Tag.of(TagKind.LOGIN, token.issuer, "sid", token.session)]
        else:
            person = (token.issuer, "sub", token.subject or "")
            tags = [Tag.of(TagKind.LOGIN, *person, client) for client in clients]
        await runtime.revoke(*((tag, until) for tag in tags), why="back-channel logout")
        name = token.session if token.session is not None else token.subject
        try:
            return await self._keeper.drop_indexed(runtime, token.issuer, name or "")
        except Fault as fault:  # what lies there is refused from now on, and ends by itself
            runtime.step("records stay where they are", code=fault.code)
            return 0


def _refused(fault: Fault) -> Reply:
    """Answer as section 2.8 says: 400, an error as JSON, not kept."""
    content = {"error": "invalid_request", "error_description": fault.message, "code": fault.code}
    fields = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return Reply(400, Headers(fields), json.dumps(content).encode())
