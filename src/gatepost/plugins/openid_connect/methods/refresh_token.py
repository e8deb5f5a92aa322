"""Refresh token: one that a client sends along, traded for an access token (RFC 6749, 6)."""

import hashlib
from typing import Final, final

from gatepost.oidc import Client, Tokens
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer
from gatepost.plugin.errand import Errand
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import BearerToken, TokenPlaces
from gatepost.plugins.openid_connect.grants import Grants
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.plugins.openid_connect.trading import Grant, Trader
from gatepost.values import By, Call, Fault, Secret, Tag, TagKind

GRACE: Final = 3_600.0
"""Seconds for which it is known what a token was traded for, unless that ended before."""

_TRADES: Final = 64


@final
class RefreshToken:
    """Takes a refresh token under the name ``refresh_token_param_name``.

    What was granted for it is kept: one that may be used once is used once, as long as the access
    token lives. ``downstream_refresh_token_header`` tells the client the next one.
    """

    name = "refresh_token"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        calls: TokenCalls,
        grants: Grants,
        *,
        instance: str,
    ) -> None:
        self._source = source
        self._clients = clients
        self._calls = calls
        self._grants = grants
        name = config.refresh_token_param_name or "refresh_token"
        self._places = TokenPlaces(config.refresh_token_param_type, name)
        self._trader = Trader(config, self.name, instance)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._calls.attributes + self._clients.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find a refresh token and trade it."""

        async def judge(found: BearerToken) -> Answer:
            return await self._traded(found, request, runtime)

        return await attempt(self._places, request, runtime, judge, as_us=True)

    async def _traded_once(
        self,
        found: BearerToken,
        client: Client,
        call: Call,
        own: tuple[Tag, ...],
        runtime: Runtime,
    ) -> tuple[Tokens, Grant]:
        """Trade a token that may be good for one trade, or find what it was traded for.

        All processes of the node share the trade. When what was granted has ended, the token is
        tried once more: some providers give refresh tokens that may be used often.
        """
        before = ""
        for _ in range(_TRADES):
            parts = (client.id, before, found.text, call.url)
            text = "".join(f"{len(part)}:{part}" for part in ("gatepost trade", *parts))
            name = hashlib.sha256(text.encode()).hexdigest()
            errand = Errand(name, call, grace=GRACE, member="access_token")
            tokens, grant, _ = await self._trader.trade(call, own, runtime, errand=errand)
            if grant.ends is None or grant.dead or not runtime.clock.past(grant.ends):
                return tokens, grant
            before = tokens.access_token.reveal()
        raise Fault("credential.refused", "The refresh token is used up.", by=By.CLIENT)

    async def _traded(self, found: BearerToken, request: Request, runtime: Runtime) -> Answer:
        client = self._clients.chosen(request)
        if client is None:
            raise Fault("config.no_client", "Refresh tokens need client_id.", by=By.OPERATOR)
        issuer = await self._source.issuer(runtime)
        own = (Tag.token(found.text), Tag.of(TagKind.CLIENT, issuer, client.id))
        runtime.rests_on(*own)
        extra = self._calls.copied(request)
        call = await self._calls.refresh(client, Secret(found.text), runtime, extra)
        tokens, grant = await self._traded_once(found, client, call, own, runtime)
        granted = await self._grants.settle(
            tokens, client, request, runtime, method=self.name, headers=grant.headers
        )
        return self._grants.proof(granted, found.places)
