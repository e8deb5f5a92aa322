"""Whether a JWT is believed, under the configured rules and the provider's keys."""

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

    async def jwt(self, token: str, request: Request, runtime: Runtime, *, method: str) -> Verified:
        """Verify a JWT access token.

        Raises Fault(by=CLIENT), code ``token.…``, for a bad one, Fault(by=PROVIDER) where the
        keys to judge it by are missing.
        """
        parts = parse(token)
        expected = await self.expected(request, runtime)
        # Claims first: a token that no key can save never makes anybody fetch keys.
        believed = access_token.verify(parts, _NO_KEYS, expected, runtime.clock)
        if not self.checks_signature(method):
            return believed

        def signed_by(keys: KeySet) -> Key:
            return verify(parts, keys, algorithms=expected.algorithms, secret=expected.secret)

        if parts.alg in ASYMMETRIC:
            key = await self._source.with_keys(runtime, signed_by)
        else:
            key = signed_by(_NO_KEYS)
        return Verified(believed.claims, believed.header, key, believed.until)
