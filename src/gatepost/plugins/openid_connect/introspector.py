"""Asking the provider about a token, and keeping what it said."""

from dataclasses import replace

from gatepost.oidc import Client, Expected, Introspection, KeySet, Signer, UnknownKey, introspection
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Freshness, Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.keeping import Keeping
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.tags import issued_at, number, tags_of
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import By, Call, Clock, Fault, Secret, Tag


class Introspector:
    """Applies the fields of ``IntrospectionFields``."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        judge: Judge,
        instance: str,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._judge = judge
        self._instance = instance
        self._transport = transport_of(config)
        self._keeping = Keeping(config, on=config.cache_introspection)
        self._copied = copied_of(config)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``ask`` reads from a request."""
        return self._copied.attributes + self._clients.attributes

    async def ask(
        self, token: str, request: Request, runtime: Runtime
    ) -> tuple[Introspection, float | None]:
        """Return the provider's answer about an active token, and the instant at which it ends.

        Raises Fault(by=CLIENT): ``token.inactive``, ``token.…`` for an answer that contradicts
        the configuration, ``credential.revoked``; Fault(by=PROVIDER) when there is no answer.
        """
        own = Tag.token(token)
        runtime.rests_on(own)
        client = self._clients.chosen(request) or Client("")
        expected = await self._judge.expected(request, runtime)
        call = await self._call(token, client, request, runtime)
        answer = await self._answer(call, own, client, expected, runtime)
        if self._config.introspection_check_active and not answer.active:
            raise Fault("token.inactive", "The token is not active.", by=By.CLIENT)
        until = introspection.check(answer, expected, runtime.clock)
        issuer = expected.issuer or ""
        tags = tags_of(answer.claims, issuer, instance=self._instance)
        runtime.rests_on(*tags, issued_at=issued_at(answer.claims))
        return answer, until

    async def _call(self, token: str, client: Client, request: Request, runtime: Runtime) -> Call:
        config = self._config
        provider = await self._source.provider(
            runtime, endpoint="introspection_endpoint", told=self._clients.auth_told
        )
        supported = (
            provider.introspection_endpoint_auth_methods_supported
            or provider.token_endpoint_auth_methods_supported
        )
        call = introspection.request(
            provider.require("introspection_endpoint"),
            Secret(token),
            client,
            self._clients.at_introspection(client, supported),
            hint=config.introspection_hint,
            parameter=config.introspection_token_param_name,
            accept=config.introspection_accept,
            extra=self._copied.of(request),
            transport=self._transport,
        )
        if client.id:
            return call
        # Without a client the configured headers or arguments authenticate us (RFC 7662, 2.1).
        return replace(call, body=call.body.removesuffix(b"&client_id="))

    async def _answer(
        self, call: Call, own: Tag, client: Client, expected: Expected, runtime: Runtime
    ) -> Introspection:
        if self._config.introspection_accept == "application/json":
            return await self._fact(call, own, None, expected, runtime)

        def signer(keys: KeySet) -> Signer:
            secret = client.secret if self._config.enable_hs_signatures else None
            return Signer(keys, expected.issuer or "", client.id, secret, expected.leeway)

        keys = await self._source.known_keys(runtime)
        try:
            return await self._fact(call, own, signer(keys), expected, runtime)
        except UnknownKey:
            keys = await self._source.known_keys(runtime, anew=True)
            return await self._fact(call, own, signer(keys), expected, runtime)

    async def _fact(
        self,
        call: Call,
        own: Tag,
        signer: Signer | None,
        expected: Expected,
        runtime: Runtime,
    ) -> Introspection:
        clock, issuer = runtime.clock, expected.issuer or ""
        if not self._config.cache_introspection:  # nothing is kept, so nothing is shared
            return introspection.read(await runtime.send(call), signer, clock)
        told = "signed" if signer is not None else "plain"
        return await runtime.fact(
            call,
            read=lambda reply: introspection.read(reply, signer, clock),
            keep=lambda answer: self._freshness(answer, own, issuer, clock),
            settings=("introspection", told, issuer, f"{expected.leeway}"),
        )

    def _freshness(self, answer: Introspection, own: Tag, issuer: str, clock: Clock) -> Freshness:
        tags = (own, *tags_of(answer.claims, issuer, instance=self._instance))
        if self._config.introspection_check_active and not answer.active:
            return self._keeping.negative(tags)
        # An answer that says when the token ends is held against that at every use, so it may be
        # kept as long as the token can live.
        ends = number(answer.claims, "exp")
        if ends is not None and not self._config.verify_claims:
            bounded = not clock.past(ends + self._config.leeway)
            return self._keeping.positive(None if bounded else 0.0, tags, bounded=bounded)
        return self._keeping.positive(None, tags, bounded=ends is not None)


def copied_of(config: OpenIdConnectConfig) -> Copied:
    """Return what the configuration adds to introspection calls."""
    return Copied(
        headers=paired(config.introspection_headers_names, config.introspection_headers_values),
        args=paired(config.introspection_post_args_names, config.introspection_post_args_values),
        from_headers=config.introspection_headers_client or (),
        args_from_headers=config.introspection_post_args_client_headers or (),
        from_args=config.introspection_post_args_client or (),
    )
