"""The way back: what a browser brings from the provider, judged from the first byte to the tokens.

It was in the hands of the browser, so of anybody. In order: is it a login of ours that this
browser began; did the issuer answer that was asked; only then is the code shown to the provider,
once, with the proof that we asked for it; and the id token must be of this very login.
"""

import hashlib
from typing import Final, final

import msgspec

from gatepost.oidc import ASYMMETRIC, Client, KeySet, Tokens, authorization, jarm, token
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer, Proof
from gatepost.plugin.errand import Errand
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugin.sealing import derive
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.grants import Granted, Grants
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.login.answer import Answers, Brought
from gatepost.plugins.openid_connect.login.flow import Flow, Flows
from gatepost.plugins.openid_connect.login.trail import Trails
from gatepost.plugins.openid_connect.login.words import failed
from gatepost.plugins.openid_connect.pages import render
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.refusals import OURS_TO_MEND, refused_us
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.values import By, Fault, Headers, Reply, Secret

GRACE: Final = 30.0
"""Seconds in which an answer that comes twice, by a double click, finds the same tokens."""

SPENT: Final = 900.0
"""Seconds in which it is known that a code was used."""

_UNAVAILABLE: Final = frozenset({"server_error", "temporarily_unavailable"})


@final
class Callback:
    """Completes the logins of one configuration."""

    name = "authorization_code"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        judge: Judge,
        calls: TokenCalls,
        grants: Grants,
        flows: Flows,
        trails: Trails,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._judge = judge
        self._calls = calls
        self._grants = grants
        self._flows = flows
        self._trails = trails
        self._answers = Answers(config, flows)
        self._signed = config.response_mode.endswith("jwt")
        self._posts = config.response_mode.startswith("form_post")

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``take`` reads from the key of a request."""
        return self._answers.attributes

    async def take(self, request: Request, runtime: Runtime) -> Answer | None:
        """Return what came of a login; None when this request is no answer to one.

        Raises Fault(by=PROVIDER) or (by=OURS) when nobody is to blame for the browser's answer:
        it may be sent again.
        """
        brought: Brought | None = None
        try:
            brought = self._answers.find(request)
            if brought is None:
                return None
            if brought.name is not None:
                target = self._trails.read(request).target(brought.name)
                if target is not None:
                    return self._over(target, request, runtime)
            return await self._completed(brought, request, runtime)
        except Fault as fault:
            if fault.by is By.CLIENT:
                return self._failed(fault, brought, request, runtime)
            runtime.tell("login.unavailable", fault.code)
            raise

    async def _completed(self, brought: Brought, request: Request, runtime: Runtime) -> Proof:
        if brought.name is None:
            raise Fault(
                "callback.unknown_state",
                "The provider's answer belongs to no login that was begun here.",
                by=By.CLIENT,
            )
        flow = self._flows.find(brought.name, request, runtime)
        client = self._clients.named(flow.client)
        if client is None or flow.issuer != await self._source.issuer(runtime):
            raise Fault(
                "callback.reconfigured", "The gateway's configuration has changed.", by=By.CLIENT
            )
        code = await self._code(brought, flow, client, request, runtime)
        created = runtime.clock.now()
        tokens, headers = await self._redeemed(code, flow, client, runtime)
        if tokens.id_token is None and "openid" in (self._config.scopes or ()):
            raise Fault(
                "callback.no_id_token",
                "The provider did not say who logged in (there is no id token).",
                by=By.CLIENT,
            )
        granted = await self._grants.settle(
            tokens,
            client,
            request,
            runtime,
            method=self.name,
            nonce=flow.nonce,
            code=code,
            asked=self._calls.scope,
            headers=headers,
        )
        return self._proof(granted, flow, created)

    async def _code(
        self, brought: Brought, flow: Flow, client: Client, request: Request, runtime: Runtime
    ) -> Secret:
        """Return the code of an answer that came in the way that was asked for."""
        parameters, method = brought.parameters, request.method()
        asked = brought.posted is self._posts and method == ("POST" if self._posts else "GET")
        if not asked and not any(key == "error" for key, _ in parameters):
            raise Fault(
                "callback.response_mode",
                "The provider's answer did not come in the way that was asked for.",
                by=By.CLIENT,
                cause="it came in a body" if brought.posted else "it came in the address",
            )
        issuer = flow.issuer
        if self._signed:
            response = jarm.find(parameters)
            parameters = await self._unsigned(response, issuer, client, runtime)
        provider = await self._source.provider(runtime, endpoint="token_endpoint")
        promised = provider.authorization_response_iss_parameter_supported
        answer = authorization.read(parameters, issuer=issuer, iss_promised=promised)
        if self._flows.named(answer.state) != flow.name:
            raise Fault(
                "callback.state", "The provider's answer belongs to another login.", by=By.CLIENT
            )
        return answer.code

    async def _unsigned(
        self, response: str, issuer: str, client: Client, runtime: Runtime
    ) -> tuple[tuple[str, str], ...]:
        provider = await self._source.provider(runtime, endpoint="issuer", told=False)
        listed = frozenset(provider.authorization_signing_alg_values_supported) & ASYMMETRIC
        secret = client.secret if self._config.enable_hs_signatures else None

        def read(keys: KeySet) -> tuple[tuple[str, str], ...]:
            return jarm.read(
                response,
                keys,
                issuer=issuer,
                client_id=client.id,
                algorithms=listed or ASYMMETRIC,
                secret=secret,
                leeway=self._config.leeway,
                clock=runtime.clock,
            )

        return await self._source.with_keys(runtime, read)

    async def _redeemed(
        self, code: Secret, flow: Flow, client: Client, runtime: Runtime
    ) -> tuple[Tokens, tuple[tuple[str, str], ...]]:
        call = await self._calls.code(
            client, code, runtime, redirect_uri=flow.redirect_uri, verifier=flow.verifier
        )
        # The verifier is known to this browser's flow alone, so nobody else names this errand.
        spent = f"{flow.issuer}\n{client.id}\n{flow.name}\n{flow.nonce}\n{code.reveal()}"
        errand = Errand(
            hashlib.sha256(f"gatepost code\n{spent}".encode()).hexdigest(),
            call,
            grace=GRACE,
            spent=SPENT,
            share=self._config.room,
            seal=derive(spent.encode(), "code answer"),
            member="access_token",
        )
        try:
            reply = await runtime.do_once(errand)
            return token.read(reply), self._calls.replayed(reply, self.name)
        except token.GrantRefused as refused:
            if refused.error in OURS_TO_MEND:
                raise refused_us(refused) from None
            raise Fault(
                "callback.code_refused",
                "The provider does not accept the code that it gave.",
                by=By.CLIENT,
                cause=refused.cause,
            ) from None
        except Fault as fault:
            if fault.code != "errand.spent":
                raise
            raise Fault("callback.repeated", "This login is over.", by=By.CLIENT) from None

    def _proof(self, granted: Granted, flow: Flow, created: float) -> Proof:
        proof = self._grants.proof(granted)
        details = {**proof.details, "flow": flow, "created": created}
        return msgspec.structs.replace(proof, details=details)

    def _over(self, target: str, request: Request, runtime: Runtime) -> Reply:
        """Answer somebody who brings again what this browser brought before (a reload)."""
        runtime.tell("login.repeated")
        return Reply(303, Headers([("Location", target or "/"), ("Cache-Control", "no-store")]))

    def _failed(
        self, fault: Fault, brought: Brought | None, request: Request, runtime: Runtime
    ) -> Reply:
        """Answer with a page that names the failure; the login is over, and leaves no cookie."""
        error = fault.error if isinstance(fault, authorization.AuthorizationError) else ""
        runtime.tell("login.failed", fault.code, cause=fault.cause, error=error or None)
        name = brought.name if brought is not None else None
        cookies = self._flows.forget(name, request) if name is not None else ()
        page = failed(fault, unavailable=error in _UNAVAILABLE)
        return render(page, request, headers=as_headers(cookies))
