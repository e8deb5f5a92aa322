"""Sending a browser to the provider to log in (OpenID Connect Core 1.0, 3.1.2.1)."""

from typing import final

from gatepost.oidc import Client, Provider, authorization, par, pkce
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugin.sealing import as_text
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.plugins.openid_connect.login.completion import keeping
from gatepost.plugins.openid_connect.login.flow import Flow, Flows
from gatepost.plugins.openid_connect.login.loops import looping
from gatepost.plugins.openid_connect.login.place import origin, own_path, own_target
from gatepost.plugins.openid_connect.login.trail import ROUNDS, Trails
from gatepost.plugins.openid_connect.pages import render
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.session import Lookup
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import By, Fault, Headers, Reply

_CHANCE = 32
"""Random bytes of a nonce and of a verifier: 43 characters, beyond which OpenID's RP tests warn."""


@final
class Starter:
    """Begins the logins of one configuration."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        flows: Flows,
        trails: Trails,
        lookup: Lookup,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._flows = flows
        self._trails = trails
        self._lookup = lookup
        self._transport = transport_of(config)
        self._keeps = "authorization_code" in keeping(config)
        self._extra = Copied(
            args=paired(
                config.authorization_query_args_names, config.authorization_query_args_values
            ),
            from_args=config.authorization_query_args_client or (),
        )
        forced = (
            config.require_proof_key_for_code_exchange,
            (config.require_pushed_authorization_requests),
        )
        self._told = all(choice is not None for choice in forced)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``start`` reads from the key of a request."""
        return self._clients.attributes + self._extra.attributes

    async def start(self, request: Request, runtime: Runtime) -> Reply:
        """Return the answer that sends the browser to the provider, or says why not again.

        Raises Fault(by=PROVIDER), and Fault(by=OPERATOR) for what only the configuration can mend.
        """
        now = runtime.clock.now()
        # Where a login makes no session each page begins one, and that is no loop.
        if self._keeps and self._trails.read(request).rounds(now) >= ROUNDS:
            page = looping(self._lookup, request)
            runtime.tell("login.looping", page.code)
            return render(page, request, headers=as_headers(self._trails.forget(request)))
        client = self._clients.chosen(request)
        if client is None:
            raise Fault("config.no_client", "A login needs client_id.", by=By.OPERATOR)
        provider = await self._source.provider(
            runtime, endpoint="authorization_endpoint", told=self._told
        )
        verifier = pkce.verifier(runtime.random(_CHANCE)) if self._proves(provider) else None
        name = self._flows.name(now, runtime)
        flow = Flow(
            name,
            issuer=await self._source.issuer(runtime),
            client=client.id,
            redirect_uri=self._redirect_uri(client, request),
            target=own_target(request, query=self._config.preserve_query_args),
            nonce=as_text(runtime.random(_CHANCE)),
            verifier=verifier,
            began=now,
        )
        url = await self._url(flow, client, provider, request, runtime)
        cookies = self._flows.begin(flow, request, runtime)
        runtime.tell("login.begun", client=client.id)
        return Reply(
            302,
            Headers(
                [
                    ("Location", url),
                    ("Cache-Control", "no-store"),
                    ("Referrer-Policy", "no-referrer"),
                    *as_headers(cookies),
                ]
            ),
        )

    def _redirect_uri(self, client: Client, request: Request) -> str:
        told = self._clients.entry(self._config.redirect_uri, client)
        return told or f"{origin(request)}{own_path(request)}"

    def _proves(self, provider: Provider) -> bool:
        """Return whether PKCE is used: as configured, else where the provider offers it."""
        forced = self._config.require_proof_key_for_code_exchange
        offered = pkce.METHOD in provider.code_challenge_methods_supported
        return offered if forced is None else forced

    async def _url(
        self,
        flow: Flow,
        client: Client,
        provider: Provider,
        request: Request,
        runtime: Runtime,
    ) -> str:
        config = self._config
        mode = config.response_mode
        parameters = authorization.AuthorizationRequest(
            client.id,
            flow.redirect_uri,
            self._flows.state(flow),
            flow.nonce,
            response_mode=None if mode == "query" else mode,
            scopes=config.scopes or (),
            audience=config.audience or (),
            code_challenge=pkce.challenge(flow.verifier) if flow.verifier else None,
            max_age=config.max_age,
            extra=self._extra.of(request).args,
        ).parameters()
        pushed = config.require_pushed_authorization_requests
        if provider.require_pushed_authorization_requests if pushed is None else pushed:
            supported = provider.token_endpoint_auth_methods_supported
            call = par.request(
                provider.require("pushed_authorization_request_endpoint"),
                client,
                self._clients.at_push(client, supported),
                parameters,
                transport=self._transport,
            )
            taken = par.read(await runtime.send(call))
            parameters = par.front_parameters(client.id, taken.request_uri)
        return authorization.url(provider.require("authorization_endpoint"), parameters)
