"""Whether a JWT is believed, under the configured rules and the provider's keys."""

from dataclasses import replace

from gatepost.oidc import (
    ASYMMETRIC,
    SYMMETRIC,
    Client,
    Expected,
    ExpectedIdToken,
    Key,
    KeySet,
    Provider,
    Verified,
    access_token,
    id_token,
    parse,
    verify,
)
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.provider import Source
from gatepost.values import Secret

_NO_KEYS = KeySet()


class Judge:
    """Applies the fields of ``VerificationFields``."""

    def __init__(self, config: OpenIdConnectConfig, source: Source, clients: Clients) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._known: Expected | None = None

    async def expected(self, request: Request, runtime: Runtime) -> Expected:
        """Return what a token's claims must be like; its signature is checked by ``jwt``."""
        config = self._config
        issuer = await self._source.issuer(runtime)
        secret = self._clients.secret(request) if config.enable_hs_signatures else None
        known = self._known
        if known is not None and known.issuer == issuer and known.secret is secret:
            return known
        self._known = known = Expected(
            issuer,
            issuers_allowed=config.issuers_allowed or (),
            leeway=config.leeway,
            max_age=config.max_age,
            domains=config.domains or (),
            secret=secret,
            verify_signature=False,
            verify_claims=config.verify_claims,
            strict=config.strict_access_tokens,
        )
        return known

    def checks_signature(self, method: str) -> bool:
        """Return whether the signature of a token that came by this method is checked."""
        return self._config.verify_signature and method not in self._config.ignore_signature

    async def granted(
        self, token: str, request: Request, runtime: Runtime, method: str
    ) -> Verified:
        """Verify a JWT access token that the provider gave us for somebody who logged in.

        What is demanded of the person (max_age, domains) is demanded of the id token beside it.
        Raises as ``jwt``, and Fault ``token.issuer`` for one that is made for somebody else's API.
        """
        expected = await self.expected(request, runtime)
        lenient = replace(expected, max_age=None, domains=(), strict=False)
        return await self._verified(token, lenient, runtime, method, granted=True)

    async def id_token(
        self,
        token: Secret,
        client: Client,
        runtime: Runtime,
        *,
        method: str,
        nonce: str | None = None,
        access_token: Secret | None = None,
        code: Secret | None = None,
    ) -> Verified:
        """Verify an id token that is for this client.

        Raises Fault(by=CLIENT), ``id_token.…`` or ``token.…``, and Fault(by=PROVIDER) where the
        keys to judge it by are missing.
        """
        config = self._config
        provider = await self._source.provider(runtime, endpoint="issuer", told=False)
        algorithms, hashed = self.identity_algorithms(provider)
        expected = ExpectedIdToken(
            await self._source.issuer(runtime),
            client.id,
            nonce=nonce if config.verify_nonce else None,
            access_token=access_token,
            code=code,
            algorithms=algorithms,
            secret=client.secret if hashed else None,
            leeway=config.leeway,
            max_age=config.max_age,
            domains=config.domains or (),
            issuers_allowed=config.issuers_allowed or (),
            verify_signature=self.checks_signature(method),
            verify_claims=config.verify_claims,
        )
        parts = parse(token.reveal())
        if not expected.verify_signature or parts.alg not in ASYMMETRIC:
            return id_token.verify(parts, _NO_KEYS, expected, runtime.clock)
        return await self._source.with_keys(
            runtime,
            lambda keys: id_token.verify(parts, keys, expected, runtime.clock),
            granted=True,
        )

    async def key_of(self, token: Secret, client: Client | None, runtime: Runtime) -> Key | None:
        """Return the key that signed an id token of a session. Raises as ``id_token``."""
        provider = await self._source.provider(runtime, endpoint="issuer", told=False)
        algorithms, hashed = self.identity_algorithms(provider)
        secret = client.secret if client is not None and hashed else None
        parts = parse(token.reveal())

        def signed_by(keys: KeySet) -> Key:
            return verify(parts, keys, algorithms=algorithms, secret=secret)

        if parts.alg in ASYMMETRIC:
            return await self._source.with_keys(runtime, signed_by, granted=True)
        return signed_by(_NO_KEYS) if secret is not None else None

    def identity_algorithms(self, provider: Provider) -> tuple[frozenset[str], bool]:
        """Return the asymmetric algorithms of id and logout tokens, and whether HMAC is meant.

        The configured one alone; else what the provider lists; else any (never ``none``).
        """
        told = self._config.id_token_signed_response_alg
        if told is not None:
            return frozenset({told}), told in SYMMETRIC
        listed = frozenset(provider.id_token_signing_alg_values_supported) & ASYMMETRIC
        return listed or ASYMMETRIC, self._config.enable_hs_signatures

    async def jwt(self, token: str, request: Request, runtime: Runtime, *, method: str) -> Verified:
        """Verify a JWT access token.

        Raises Fault(by=CLIENT), code ``token.…``, for a bad one, Fault(by=PROVIDER) where the
        keys to judge it by are missing.
        """
        expected = await self.expected(request, runtime)
        return await self._verified(token, expected, runtime, method, granted=False)

    async def _verified(
        self, token: str, expected: Expected, runtime: Runtime, method: str, *, granted: bool
    ) -> Verified:
        parts = parse(token)
        # Claims first: a token that no key can save never makes anybody fetch keys.
        believed = access_token.verify(parts, _NO_KEYS, expected, runtime.clock)
        if not self.checks_signature(method):
            return believed

        def signed_by(keys: KeySet) -> Key:
            return verify(parts, keys, algorithms=expected.algorithms, secret=expected.secret)

        if parts.alg in ASYMMETRIC:
            key = await self._source.with_keys(runtime, signed_by, granted=granted)
        else:
            key = signed_by(_NO_KEYS)
        return Verified(believed.claims, believed.header, key, believed.until)
