"""Whether a JWT is believed, under the configured rules and the provider's keys."""

from gatepost.oidc import Expected, KeySet, UnknownKey, Verified, access_token, parse
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

    async def expected(self, request: Request, runtime: Runtime, *, method: str) -> Expected:
        """Return what a token that came by this method must be like."""
        config = self._config
        return Expected(
            await self._source.issuer(runtime),
            issuers_allowed=config.issuers_allowed or (),
            leeway=config.leeway,
            max_age=config.max_age,
            domains=config.domains or (),
            secret=self._clients.secret(request) if config.enable_hs_signatures else None,
            verify_signature=config.verify_signature and method not in config.ignore_signature,
            verify_claims=config.verify_claims,
            strict=config.strict_access_tokens,
        )

    async def jwt(self, token: str, request: Request, runtime: Runtime, *, method: str) -> Verified:
        """Verify a JWT access token.

        Raises Fault(by=CLIENT), code ``token.…``, for a bad one, Fault(by=PROVIDER) where the
        keys to judge it by are missing.
        """
        parts = parse(token)
        expected = await self.expected(request, runtime, method=method)
        try:
            # Without keys first: a token that no key can save never makes anybody fetch keys.
            return access_token.verify(parts, KeySet(), expected, runtime.clock)
        except UnknownKey:
            return await self._source.with_keys(
                runtime, lambda keys: access_token.verify(parts, keys, expected, runtime.clock)
            )
