"""Client credentials: a client's id and secret, traded for an access token (RFC 6749, 4.4).

The token goes upstream in place of the secret. Only the provider knows whether the secret is
right, so the trade is the proof; what it granted is kept as long as it lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, final

from gatepost.oidc import Tokens, Verified, parse, token
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Absent, Answer, Json, Proof, Rejected
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Freshness, Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.plugins.openid_connect.credentials import (
    ClientPlaces,
    ClientSecret,
    Unreadable,
    looks_like_jwt,
)
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.keeping import Keeping
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.tags import issued_at, number, tags_of
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import By, Call, Clock, Fault, Reply, Tag, TagKind

_NOT_NOW = ("token.expired", "token.not_yet_valid")


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token endpoint said: tokens, or that it refused; and the headers to replay.

    ends: wall seconds when the token says it ends; believed only to let go of it in time.
    """

    tokens: Tokens | None
    refused: Fault | None = None
    headers: tuple[tuple[str, str], ...] = ()
    ends: float | None = None


@final
class ClientCredentials:
    """Takes an id and a secret where ``client_credentials_param_type`` allows them."""

    name = "client_credentials"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        judge: Judge,
        *,
        instance: str,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._judge = judge
        self._instance = instance
        self._places = ClientPlaces(config)
        self._copied = copied_of(config)
        self._keeping = Keeping(config, on=config.cache_tokens)
        self._transport = transport_of(config)
        self._salt = config.cache_tokens_salt or f"instance {instance}"
        grants = config.token_headers_grants or ()
        self._replay = (config.token_headers_replay or ()) if self.name in grants else ()

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._copied.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find a client's credential and trade it."""
        found = self._places.find(request)
        if found is None:
            return Absent()
        if isinstance(found, Unreadable):
            return Rejected(found.code, found.reason, found.places)
        try:
            return await self._traded(found, request, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            runtime.step("credential refused", code=fault.code, cause=fault.cause)
            return Rejected(fault.code, fault.message, found.places)

    async def _traded(self, found: ClientSecret, request: Request, runtime: Runtime) -> Answer:
        issuer = await self._source.issuer(runtime)
        own = Tag.of(TagKind.CLIENT, issuer, found.id)
        # A secret does not say when it was issued, so a revocation of its client always bites.
        runtime.rests_on(own)
        call = await self._call(found, request, runtime)
        grant = await self._fact(call, own, runtime)
        verified = await self._verified(grant, request, runtime)
        if grant.tokens is None:
            raise (grant.refused or _nothing()).with_traceback(None)
        text = grant.tokens.access_token.reveal()
        claims: Mapping[str, Json] = {}
        if verified is not None:
            claims = cast(Mapping[str, Json], verified.claims)
        tags = tags_of(
            claims,
            issuer,
            instance=self._instance,
            key=verified.key if verified is not None else None,
        )
        runtime.rests_on(Tag.token(text), *tags, issued_at=issued_at(claims))
        subject = claims.get("sub")
        return Proof(
            self.name,
            found.places,
            issuer=issuer,
            subject=subject if isinstance(subject, str) else found.id,
            claims={"access_token": claims} if claims else {},
            access_token=text,
            ends=verified.until if verified is not None else None,
            details={
                "key": verified.key if verified is not None else None,
                "token_headers": grant.headers,
            },
        )

    async def _verified(self, grant: Grant, request: Request, runtime: Runtime) -> Verified | None:
        if grant.tokens is None:
            return None
        text = grant.tokens.access_token.reveal()
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

    async def _call(self, found: ClientSecret, request: Request, runtime: Runtime) -> Call:
        provider = await self._source.provider(
            runtime, endpoint="token_endpoint", told=self._clients.token_auth_told
        )
        client = self._clients.presented(found.id, found.secret)
        supported = provider.token_endpoint_auth_methods_supported
        return token.client_credentials(
            provider.require("token_endpoint"),
            client,
            self._clients.at_token(client, supported),
            scopes=self._config.scopes or (),
            audience=self._config.audience or (),
            extra=self._copied.of(request),
            transport=self._transport,
        )

    async def _fact(self, call: Call, own: Tag, runtime: Runtime) -> Grant:
        clock = runtime.clock
        return await runtime.fact(
            call,
            read=self._read,
            keep=lambda grant: self._freshness(grant, own, clock),
            settings=("token", self._salt, *self._replay),
        )

    def _read(self, reply: Reply) -> Grant:
        try:
            tokens = token.read(reply)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            return Grant(None, fault)
        headers = tuple((name, value) for name in self._replay for value in reply.headers.all(name))
        return Grant(tokens, headers=headers, ends=_end(tokens))

    def _freshness(self, grant: Grant, own: Tag, clock: Clock) -> Freshness:
        if grant.tokens is None:
            # A refused credential is often repaired at the provider, so it is kept only on demand.
            return self._keeping.negative((own,), unset=0.0)
        tags = (own, Tag.token(grant.tokens.access_token.reveal()))
        if grant.ends is not None and clock.past(grant.ends + self._config.leeway):
            return Freshness(0, tags=tags)
        bounded = grant.ends is not None
        return self._keeping.positive(grant.tokens.expires_in, tags, bounded=bounded)


def copied_of(config: OpenIdConnectConfig) -> Copied:
    """Return what the configuration adds to token calls."""
    return Copied(
        headers=paired(config.token_headers_names, config.token_headers_values),
        args=paired(config.token_post_args_names, config.token_post_args_values),
        from_headers=config.token_headers_client or (),
        from_args=config.token_post_args_client or (),
        also_headers=True,
    )


def _end(tokens: Tokens) -> float | None:
    text = tokens.access_token.reveal()
    if not looks_like_jwt(text):
        return None
    try:
        return number(parse(text).payload, "exp")
    except Fault:  # whoever verifies it says what is wrong
        return None


def _nothing() -> Fault:
    return Fault("provider.bad_answer", "The token endpoint granted nothing.", by=By.PROVIDER)
