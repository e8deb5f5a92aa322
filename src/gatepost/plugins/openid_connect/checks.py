"""Whether a configuration would work with its provider, asked there, for whoever writes it.

Nothing is kept. What a provider says of itself, and how it answers a client that asks for nothing
in earnest (a token that was made up, a code that was made up), tells what would go wrong later.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from gatepost.oidc import KeySet, Provider, discovery, jwks
from gatepost.oidc.endpoint_url import insecure
from gatepost.plugins.openid_connect.cautions import cautions
from gatepost.plugins.openid_connect.client_checks import ClientChecks
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import paired
from gatepost.plugins.openid_connect.told_checks import Check, Checks, failed
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import Call, Fault, Headers, Reply
from gatepost.values.call import Fetch

_LONGEST = 10.0
_APART = 5.0
_MOST = 12
_GRANTS = {
    "authorization_code": ("authorization_code", ("authorization_endpoint", "token_endpoint")),
    "client_credentials": ("client_credentials", ("token_endpoint",)),
    "introspection": (None, ("introspection_endpoint",)),
    "password": ("password", ("token_endpoint",)),
    "refresh_token": ("refresh_token", ("token_endpoint",)),
    "userinfo": (None, ("userinfo_endpoint",)),
}
"""Of a method: the grant that it uses, and the endpoints."""
_ENDPOINTS = (
    "authorization_endpoint", "end_session_endpoint", "introspection_endpoint",
    "pushed_authorization_request_endpoint", "revocation_endpoint", "token_endpoint",
    "userinfo_endpoint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checking:
    """What is checked. unknown: fields whose values are not known here. now: wall seconds."""

    config: OpenIdConnectConfig
    fetch: Fetch
    now: Callable[[], float]
    unknown: frozenset[str] = frozenset()
    redirect_base: str | None = None

    async def run(self) -> list[Check]:
        """Return what was found, in the order in which it would be mended."""
        return [one async for one in self._all()]

    @property
    def redirect_uris(self) -> list[str]:
        """What to register at the provider; empty where nobody logs in by a browser."""
        if "authorization_code" not in self.config.auth_methods:
            return []
        if self.config.redirect_uri:
            return list(dict.fromkeys(self.config.redirect_uri))
        return [self.redirect_base] if self.redirect_base else []

    async def _all(self) -> AsyncIterator[Check]:
        checks = Checks()
        provider: Provider | None = None
        if self.config.using_pseudo_issuer:
            yield checks.skipped("discovery", "The issuer is only a name, so it is not asked.")
            provider = self._configured(Provider.pseudo(self.config.issuer))
        else:
            reply, found = await self._discovered(checks)
            for one in found:
                yield one
            if reply is not None:
                yield self._clock(checks, reply)
            provider = self._read(reply)
        if provider is None:
            return
        yield await self._keys(checks, provider)
        for check in (*self._methods(checks, provider), *self._login(checks, provider)):
            yield check
        clients = ClientChecks(self.config, self._fetch_bounded, self.unknown)
        async for check in clients.run(checks, provider, self.redirect_uris):
            yield check
        for caution in cautions(self.config):
            yield checks.skipped("caution", caution)

    async def _discovered(self, checks: Checks) -> tuple[Reply | None, list[Check]]:
        config = self.config
        pairs = paired(config.discovery_headers_names, config.discovery_headers_values)
        call = discovery.request(
            config.issuer, headers=Headers(pairs), transport=transport_of(config)
        )
        try:
            reply = await self._fetch_bounded(call)
        except Fault as fault:
            if fault.code == "provider.tls":
                do = "Let the issuer's certificate be good for its host, or trust its authority."
                return None, [checks.bad("tls", failed(fault), do)]
            do = "See that the issuer is written as the provider writes it, and can be reached."
            return None, [checks.bad("discovery", failed(fault), do)]
        found = [self._tls(checks)]
        try:
            discovery.read(reply, config.issuer, issuers_allowed=config.issuers_allowed or ())
        except Fault as fault:
            do = "Write the issuer exactly as the document names it; see the provider's settings."
            return reply, [*found, checks.bad("discovery", failed(fault), do)]
        says = f"{discovery.location(config.issuer)} names the issuer and its endpoints."
        return reply, [*found, checks.good("discovery", says)]

    def _tls(self, checks: Checks) -> Check:
        if insecure(self.config.issuer):
            do = "Use https, but for a provider on this machine."
            local = urlsplit(self.config.issuer).hostname in {"127.0.0.1", "::1", "localhost"}
            says = "The issuer is reached without TLS."
            return checks.skipped("tls", says, do) if local else checks.bad("tls", says, do)
        if not self.config.ssl_verify:
            do = "Set ssl_verify to true."
            return checks.bad("tls", "Nobody looks whose certificate the provider has.", do)
        return checks.good("tls", "The provider's certificate is good for its host.")

    def _clock(self, checks: Checks, reply: Reply) -> Check:
        date = reply.headers.get("date")
        try:
            theirs = parsedate_to_datetime(date).timestamp() if date else None
        except ValueError:
            theirs = None
        if theirs is None:
            return checks.skipped("clock", "The provider does not say what time it is.")
        apart = self.now() - theirs
        if abs(apart) <= _APART + self.config.leeway:
            return checks.good("clock", f"Within {max(1, round(abs(apart)))} s of the provider's.")
        way = "ahead of" if apart > 0 else "behind"
        says = f"The clock here is {abs(apart):.0f} s {way} the provider's."
        return checks.bad("clock", says, "Let both follow NTP; tokens seem expired, or not begun.")

    def _read(self, reply: Reply | None) -> Provider | None:
        if reply is None:
            return None
        try:
            allowed = self.config.issuers_allowed or ()
            found = discovery.read(reply, self.config.issuer, issuers_allowed=allowed)
            return self._configured(found)
        except Fault:
            return None

    def _configured(self, provider: Provider) -> Provider:
        told = {name: getattr(self.config, name) for name in _ENDPOINTS}
        return provider.override(jwks_uri=self.config.jwks_endpoint, **told)

    async def _keys(self, checks: Checks, provider: Provider) -> Check:
        extra = self.config.extra_jwks_uris or ()
        urls = [url for url in (provider.jwks_uri, *extra) if url is not None]
        do = "Publish signing keys, or configure jwks_endpoint."
        if not urls:
            return checks.bad("keys", "Nobody says where the keys are (jwks_uri).", do)
        keys = KeySet(issuer=provider.issuer)
        try:
            for url in urls:
                call = jwks.request(url, transport=transport_of(self.config))
                keys = keys.joined(jwks.read(await self._fetch_bounded(call), provider.issuer))
        except Fault as fault:
            return checks.bad("keys", failed(fault), do)
        kinds = sorted({key.alg or key.kty for key in keys.keys})
        notes = f" {'; '.join(keys.notes[:3])}." if keys.notes else ""
        count = f"{len(keys.keys)} key{'s' if len(keys.keys) != 1 else ''}"
        return checks.good("keys", f"{count}: {', '.join(kinds)}.{notes}")

    def _methods(self, checks: Checks, provider: Provider) -> Iterator[Check]:
        for method in sorted(self.config.auth_methods):
            if method not in _GRANTS:
                continue
            grant, endpoints = _GRANTS[method]
            missing = [name for name in endpoints if getattr(provider, name) is None]
            offered = provider.grant_types_supported
            what = f"method {method}"
            if missing:
                do = f"Configure {' and '.join(missing)}, or take {method} out of auth_methods."
                yield checks.bad(what, f"The provider names no {' and no '.join(missing)}.", do)
            elif grant is not None and offered and grant not in offered:
                do = f"Allow the grant {grant} there, or take {method} out of auth_methods."
                yield checks.bad(what, f"The provider does not offer the grant {grant}.", do)
            elif grant is not None and not offered:
                yield checks.skipped(what, "The provider does not say which grants it offers.")
            else:
                yield checks.good(what, "The provider has what this needs.")

    def _login(self, checks: Checks, provider: Provider) -> Iterator[Check]:
        scopes = self.config.scopes or ()
        offered = provider.document.get("scopes_supported")
        if scopes and isinstance(offered, list):
            unknown = [one for one in scopes if one not in offered]
            if unknown:
                listed = ", ".join(one[:60] for one in unknown[:_MOST])
                do = "Add them at the provider, or take them out of scopes."
                yield checks.bad("scopes", f"The provider does not name {listed}.", do)
            else:
                yield checks.good("scopes", "The provider knows every scope that is asked for.")
        if "authorization_code" not in self.config.auth_methods:
            return
        if "S256" not in provider.code_challenge_methods_supported:
            says = "The provider does not say that it takes PKCE (S256)."
            yield checks.skipped("pkce", says, "Turn it on there; logins are safer with it.")
        uris = self.redirect_uris
        if uris:
            do = "Register exactly this at the provider, as a redirect URI of the application."
            if not self.config.redirect_uri:
                do = f"Set redirect_uri to it. {do}"
            yield checks.skipped("redirect URI", ", ".join(uris), do)
        else:
            says = "redirect_uri is not set: the page that was opened is used."
            do = "Set redirect_uri to one address below the route, and register that."
            yield checks.skipped("redirect URI", says, do)

    async def _fetch_bounded(self, call: Call) -> Reply:
        """Make a call that takes some seconds at most, whatever is configured."""
        way = replace(call.transport, timeout=min(_LONGEST, call.transport.timeout))
        return await self.fetch(replace(call, transport=way))
