"""Asking the provider about a person, and keeping what it said (OpenID Connect Core 1.0, 5.3)."""

from dataclasses import dataclass, field
from typing import final

from gatepost.oidc import Client, KeySet, Signer, UnknownKey, Userinfo, userinfo
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Freshness, Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.plugins.openid_connect.keeping import Keeping
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.tags import tags_of
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import By, Call, Fault, Reply, Secret, Tag


@dataclass(frozen=True, slots=True)
class Said:
    """What the endpoint said: about a person, or that it does not take the token."""

    answer: Userinfo | None = None
    refused: Fault | None = field(default=None, repr=False)


@final
class UserInformation:
    """Applies the fields of ``UserinfoFields``."""

    def __init__(
        self, config: OpenIdConnectConfig, source: Source, clients: Clients, instance: str
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._instance = instance
        self._transport = transport_of(config)
        self._keeping = Keeping(config, on=config.cache_user_info)
        self._copied = Copied(
            headers=paired(config.userinfo_headers_names, config.userinfo_headers_values),
            args=paired(config.userinfo_query_args_names, config.userinfo_query_args_values),
            from_headers=config.userinfo_headers_client or (),
            from_args=config.userinfo_query_args_client or (),
        )

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``ask`` reads from a request."""
        return self._copied.attributes + self._clients.attributes

    async def ask(
        self, token: str, subject: str | None, request: Request, runtime: Runtime
    ) -> Userinfo:
        """Return what the provider says about the person of an access token.

        subject: who it must be about, where that is known. Raises Fault(by=CLIENT):
        ``token.userinfo_refused``, ``userinfo.subject``, ``credential.revoked``; Fault(by=PROVIDER)
        when there is no answer.
        """
        runtime.rests_on(Tag.token(token))
        provider = await self._source.provider(runtime, endpoint="userinfo_endpoint")
        issuer = await self._source.issuer(runtime)
        extra = self._copied.of(request)
        call = userinfo.request(
            provider.require("userinfo_endpoint"),
            Secret(token),
            accept=self._config.userinfo_accept,
            headers=extra.headers,
            args=extra.args,
            transport=self._transport,
        )
        said = await self._said(call, token, subject, request, runtime)
        if said.answer is None:
            raise (said.refused or _nothing()).with_traceback(None)
        runtime.rests_on(*tags_of(said.answer.claims, issuer, instance=self._instance))
        return said.answer

    async def _said(
        self, call: Call, token: str, subject: str | None, request: Request, runtime: Runtime
    ) -> Said:
        issuer = await self._source.issuer(runtime)
        if self._config.userinfo_accept == "application/json":
            return await self._fact(call, token, subject, issuer, None, runtime)
        client = self._clients.chosen(request) or Client("")
        try:
            signer = await self._signer(issuer, client, runtime, anew=False)
            return await self._fact(call, token, subject, issuer, signer, runtime)
        except UnknownKey:
            signer = await self._signer(issuer, client, runtime, anew=True)
            return await self._fact(call, token, subject, issuer, signer, runtime)

    async def _fact(
        self,
        call: Call,
        token: str,
        subject: str | None,
        issuer: str,
        signer: Signer | None,
        runtime: Runtime,
    ) -> Said:
        clock = runtime.clock

        def read(reply: Reply) -> Said:
            try:
                return Said(userinfo.read(reply, subject=subject, signer=signer, clock=clock))
            except Fault as fault:
                if fault.code != "token.userinfo_refused":
                    raise
                return Said(refused=fault)

        return await runtime.fact(
            call,
            read=read,
            keep=lambda said: self._freshness(said, token, issuer),
            settings=("userinfo", "plain" if signer is None else "signed", issuer, subject or ""),
        )

    async def _signer(self, issuer: str, client: Client, runtime: Runtime, *, anew: bool) -> Signer:
        keys: KeySet = await self._source.known_keys(runtime, anew=anew)
        secret = client.secret if self._config.enable_hs_signatures else None
        return Signer(keys, issuer, client.id, secret, self._config.leeway)

    def _freshness(self, said: Said, token: str, issuer: str) -> Freshness:
        own = Tag.token(token)
        if said.answer is None:
            return self._keeping.negative((own,))
        tags = tags_of(said.answer.claims, issuer, instance=self._instance)
        return self._keeping.positive(None, (own, *tags))


def _nothing() -> Fault:
    return Fault("provider.bad_answer", "The userinfo endpoint said nothing.", by=By.PROVIDER)
