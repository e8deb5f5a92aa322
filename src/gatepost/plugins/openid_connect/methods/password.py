"""Password: a user's name and password, traded for tokens (RFC 6749, 4.3).

The gateway sees the password, and so does everything before it; OAuth 2.1 dropped this grant. It
is here for applications that cannot do better yet.
"""

from typing import final

import msgspec

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import NamedSecret, password_places
from gatepost.plugins.openid_connect.grants import Grants
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.plugins.openid_connect.trading import Trader
from gatepost.values import By, Fault, Tag, TagKind


@final
class Password:
    """Takes a name and a password where ``password_param_type`` allows them."""

    name = "password"

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
        self._places = password_places(config)
        self._trader = Trader(config, self.name, instance)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._calls.attributes + self._clients.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find a name and a password and trade them."""

        async def judge(found: NamedSecret) -> Answer:
            return await self._traded(found, request, runtime)

        return await attempt(self._places, request, runtime, judge, as_us=True)

    async def _traded(self, found: NamedSecret, request: Request, runtime: Runtime) -> Answer:
        client = self._clients.chosen(request)
        if client is None:
            raise Fault("config.no_client", "Passwords need client_id.", by=By.OPERATOR)
        issuer = await self._source.issuer(runtime)
        own = Tag.of(TagKind.CLIENT, issuer, client.id)
        runtime.rests_on(own)
        call = await self._calls.password(client, (found.name, found.secret), request, runtime)
        tokens, grant, just_now = await self._trader.trade(call, (own,), runtime)
        granted = await self._grants.settle(
            tokens,
            client,
            request,
            runtime,
            method=self.name,
            asked=self._calls.scope,
            headers=grant.headers,
        )
        proof = self._grants.proof(granted, found.places)
        if not just_now:
            return proof
        # Only the request that asked the provider makes a session: the others may be remembered.
        details = {**proof.details, "created": runtime.clock.now()}
        return msgspec.structs.replace(proof, details=details)
