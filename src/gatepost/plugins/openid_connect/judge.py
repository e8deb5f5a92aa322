"""Whether a JWT is believed, under the configured rules and the provider's keys."""

from dataclasses import replace

from gatepost.oidc import (
    ASYMMETRIC,
    Expected,
    Key,
    KeySet,
    Verified,
    access_token,
    parse,
    verify,
)
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.provider import Source


class Judge:
    """Applies the fields of ``VerificationFields``."""

    def __init__(self, config: OpenIdConnectConfig, source: Source, clients: Clients) -> None:
        self._config = config
        self._source = source
        self._clients = clients

    async def expected(self, request: Request, runtime: Runtime) -> Expected:
        """Return what a token's claims must be like; its signature is checked by ``jwt``."""
        config = self._config
        return Expected(
            await self._source.issuer(runtime),
            issuers_allowed=config.issuers_allowed or (),
            leeway=config.leeway,
            max_age=config.max_age,
            domains=config.domains or (),
            secret=self._clients.secret(request) if config.enable_hs_signatures else None,
            verify_signature=False,
            verify_claims=config.verify_claims,
            strict=config.strict_access_tokens,
        )

    def checks_signature(self, method: str) -> bool:
        """Return whether the signature of a token that came by this method is checked."""
        return self._config.verify_signature and method not in self._config.ignore_signature

    async def jwt(self, token: str, request: Request, runtime: Runtime, *, method: str) -> Verified:
        """Verify a JWT access token.

        Raises Fault(by=CLIENT), code ``token.…``, for a bad one, Fault(by=PROVIDER) where the
        keys to judge it by are missing.
        """
        parts = parse(token)
        expected = await self.expected(request, runtime)
        # Claims first: a token that no key can save never makes anybody fetch keys.
        believed = access_token.verify(parts, KeySet(), expected, runtime.clock)
        if not self.checks_signature(method):
            return believed

        def signed_by(keys: KeySet) -> Key:
            return verify(parts, keys, algorithms=expected.algorithms, secret=expected.secret)

        if parts.alg in ASYMMETRIC:
            key = await self._source.with_keys(runtime, signed_by)
        else:
            key = signed_by(KeySet())
        return replace(believed, key=key)
