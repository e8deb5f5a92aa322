"""Client credentials: a client's id and secret, traded for an access token (RFC 6749, 4.4).

The token goes upstream in place of the secret.
"""

from collections.abc import Mapping
from typing import cast, final

from gatepost.oidc import Tokens, Verified
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer, Json, Proof
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import (
    NamedSecret,
    client_places,
    looks_like_jwt,
)
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.tags import issued_at, tags_of
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.plugins.openid_connect.trading import Trader
from gatepost.values import By, Fault, Tag, TagKind

_NOT_NOW = ("token.expired", "token.not_yet_valid")


@final
class ClientCredentials:
    """Takes an id and a secret where ``client_credentials_param_type`` allows them."""

    name = "client_credentials"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        calls: TokenCalls,
        judge: Judge,
        *,
        instance: str,
    ) -> None:
        self._source = source
        self._clients = clients
        self._calls = calls
        self._judge = judge
        self._instance = instance
        self._places = client_places(config)
        self._trader = Trader(config, self.name, instance)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._calls.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find a client's credential and trade it."""

        async def judge(found: NamedSecret) -> Answer:
            return await self._traded(found, request, runtime)

        return await attempt(self._places, request, runtime, judge)

    async def _traded(self, found: NamedSecret, request: Request, runtime: Runtime) -> Answer:
        issuer = await self._source.issuer(runtime)
        own = Tag.of(TagKind.CLIENT, issuer, found.name)
        # A secret does not say when it was issued, so a revocation of its client always bites.
        runtime.rests_on(own)
        client = self._clients.presented(found.name, found.secret)
        call = await self._calls.client_credentials(client, request, runtime)
        tokens, grant, _ = await self._trader.trade(call, (own,), runtime)
        verified = await self._verified(tokens, request, runtime)
        text = tokens.access_token.reveal()
        claims: Mapping[str, Json] = {}
        if verified is not None:
            claims = cast(Mapping[str, Json], verified.claims)
        key = verified.key if verified is not None else None
        tags = tags_of(claims, issuer, instance=self._instance, key=key)
        runtime.rests_on(Tag.token(text), *tags, issued_at=issued_at(claims))
        subject = claims.get("sub")
        return Proof(
            self.name,
            found.places,
            issuer=issuer,
            subject=subject if isinstance(subject, str) else found.name,
            claims={"access_token": claims} if claims else {},
            access_token=text,
            ends=verified.until if verified is not None else None,
            details={"key": key, "token_headers": grant.headers},
        )

    async def _verified(
        self, tokens: Tokens, request: Request, runtime: Runtime
    ) -> Verified | None:
        text = tokens.access_token.reveal()
        if not looks_like_jwt(text):
            return None
        try:
            return await self._judge.jwt(text, request, runtime, method=self.name)
        except Fault as fault:
            if fault.code not in _NOT_NOW:
                raise
            raise Fault(
                "provider.untimely_token",
                "The identity provider granted a token that is not valid now; compare the clocks.",
                by=By.PROVIDER,
                cause=fault.cause,
            ) from None
