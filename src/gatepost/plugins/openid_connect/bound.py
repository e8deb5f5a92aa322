"""One instance of the plugin, bound to a route: methods, admission, refusals."""

from dataclasses import replace
from urllib.parse import urlsplit

from gatepost.oidc import claims as claim_reader
from gatepost.oidc import discovery
from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.auth_method import AuthMethod, Proof
from gatepost.plugin.chain import consumer_headers
from gatepost.plugin.decision import ConsumerHeaders, Edits, Forward, Refusal
from gatepost.plugin.plugin import Bound, Failure, Site, unavailable
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.access import Access, Denied, claim
from gatepost.plugins.openid_connect.challenge import Challenger
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.methods.bearer import Bearer
from gatepost.plugins.openid_connect.methods.client_credentials import ClientCredentials
from gatepost.plugins.openid_connect.methods.introspection import ByIntrospection
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.told import Told, downstream_headers
from gatepost.values import By, Fault, Headers, Reply


class OpenIdConnect(Bound):
    """Everything of one configuration that can be prepared once."""

    def __init__(self, config: OpenIdConnectConfig, site: Site) -> None:
        source, clients = Source(config), Clients(config)
        judge = Judge(config, source, clients)
        introspector = Introspector(config, source, clients, judge, site.instance)
        methods: dict[str, Bearer | ByIntrospection | ClientCredentials] = {
            "bearer": Bearer(
                config,
                judge,
                introspector,
                opaque_is_mine="introspection" not in config.methods,
                instance=site.instance,
            ),
            "introspection": ByIntrospection(config, introspector),
            "client_credentials": ClientCredentials(
                config, source, clients, judge, instance=site.instance
            ),
        }
        chosen = [methods[name] for name in config.methods]
        self._config = config
        self._access = Access(config)
        self._upstream, self._downstream = Told(config, "upstream"), Told(config, "downstream")
        self._challenger = Challenger(config, _realm(config.issuer))
        self.methods: tuple[AuthMethod, ...] = tuple(chosen)
        self.anonymous = config.anonymous
        self.hide_credentials = config.hide_credentials
        self.attributes = _attributes(config, chosen, clients)
        self.identity_headers = tuple(
            name for name in self._upstream.names if name.lower() != "authorization"
        )
        self.never_remembered = _never(config)
        # At most discovery, keys, both of them anew, and the call itself, one after another.
        self.patience = config.timeout / 1000 * 3 + 1

    async def skip(self, request: Request, runtime: Runtime) -> bool:
        """Let OPTIONS through where ``run_on_preflight`` says so."""
        return not self._config.run_on_preflight and request.bit("method", "OPTIONS")

    def challenges(self, rejected: bool) -> tuple[str, ...]:
        """Return the challenges of a 401."""
        return self._challenger.unauthorized(bad_token=rejected)

    def refuse(self, failure: Failure, request: Request, runtime: Runtime) -> Refusal | Reply:
        """Refuse as configured: a message, or a redirect instead."""
        code, status = failure.code, failure.status
        if status == 503:
            return unavailable(failure)
        bad_token = code.startswith("token.") or code == "credential.revoked"
        challenges = self._challenger.unauthorized(bad_token=bad_token) if status == 401 else ()
        return self._refusal(code, failure.reason, status, challenges)

    async def admit(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> Forward | Refusal | Reply:
        """Check what is required, map to a consumer, tell the upstream."""
        denied = self._access.denied(proof)
        if denied is not None:
            challenges = self._challenger.insufficient(denied.scope)
            return self._refusal(denied.code, denied.reason, 403, challenges)
        person = self._access.consumer(proof, runtime)
        if isinstance(person, Denied):
            return self._refusal(person.code, person.reason, 403, ())
        try:
            edits = Edits(
                headers=self._upstream.values(proof), response_headers=self._replayed(proof)
            )
            groups = self._groups(proof)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            runtime.step("not sendable", code=fault.code, cause=fault.cause)
            return self._refusal("claim.unsafe", fault.message, 403, ())
        credential = self._credential(proof, runtime)
        if person is None:
            told = ConsumerHeaders(credential=credential, authenticated_groups=groups)
        else:
            told = replace(consumer_headers(person, credential), authenticated_groups=groups)
        return Forward(edits, told, proof.ends)

    def _refusal(
        self, code: str, reason: str, status: int, challenges: tuple[str, ...]
    ) -> Refusal | Reply:
        config = self._config
        unauthorized = status == 401
        uris = config.unauthorized_redirect_uri if unauthorized else config.forbidden_redirect_uri
        if uris:
            fields = [("Location", uris[0]), ("Cache-Control", "no-store")]
            return Reply(302, Headers(fields))
        message = (
            config.unauthorized_error_message if unauthorized else config.forbidden_error_message
        )
        shown = reason if config.display_errors else message
        return Refusal(status, code, shown, challenges)

    def _replayed(self, proof: Proof) -> tuple[tuple[str, str], ...]:
        prefix = self._config.token_headers_prefix or ""
        return downstream_headers(self._downstream, proof, prefix=prefix)

    def _groups(self, proof: Proof) -> str | None:
        path = self._config.authenticated_groups_claim
        if path is None:
            return None
        words = sorted(claim_reader.words(claim(proof, path)))
        return claim_reader.claim_as_header(list(words))

    def _credential(self, proof: Proof, runtime: Runtime) -> str | None:
        """Return what identifies the credential; nobody asked for it, so it may be left out."""
        try:
            return claim_reader.claim_as_header(claim(proof, self._config.credential_claim))
        except Fault as fault:
            runtime.step("credential not sendable", code=fault.code, cause=fault.cause)
            return None


def _attributes(
    config: OpenIdConnectConfig,
    methods: list[Bearer | ByIntrospection | ClientCredentials],
    clients: Clients,
) -> tuple[Attribute, ...]:
    found = [attribute for method in methods for attribute in method.attributes]
    if config.enable_hs_signatures:
        found += clients.attributes
    if not config.run_on_preflight:
        found.append(bit("method", "OPTIONS"))
    return tuple(dict.fromkeys(found))


def _never(config: OpenIdConnectConfig) -> str | None:
    asks = {
        "bearer": config.introspect_jwt_tokens and not config.cache_introspection,
        "introspection": not config.cache_introspection,
        "client_credentials": not config.cache_tokens,
    }
    if all(asks[name] for name in config.methods):
        return "every method asks the provider anew (cache_introspection or cache_tokens is off)"
    return None


def _realm(issuer: str) -> str:
    try:
        return urlsplit(discovery.identifier(issuer)).netloc
    except ValueError:  # a pseudo issuer may be any text
        return ""
