"""The provider as facts: its discovery document and its keys, fetched when they are needed.

A key id that nobody knows makes us look anew at once, and then at most once in
``rediscovery_lifetime``, so that a flood of invented key ids costs a handful of calls. While the
provider is away, the last good document and keys stand in.
"""

from collections.abc import Callable
from typing import TypeVar

from gatepost.oidc import KeySet, Provider, UnknownKey, discovery, jwks
from gatepost.plugin.runtime import Freshness, Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import paired
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import By, Call, Fault, Headers, Reply, Tag, TagKind

T = TypeVar("T")

LAST_GOOD = 86_400.0
"""Seconds beyond their time in which keys stand in while the provider is away."""

_ADDRESSES = 16
_CONFIGURED = (
    "authorization_endpoint",
    "end_session_endpoint",
    "introspection_endpoint",
    "pushed_authorization_request_endpoint",
    "revocation_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
)

_SETTLE = 1.0
"""Seconds: keys younger than this are not fetched again to take over what a look anew found."""


class Source:
    """One configured provider."""

    def __init__(self, config: OpenIdConnectConfig) -> None:
        self._config = config
        self._transport = transport_of(config)
        pairs = paired(config.discovery_headers_names, config.discovery_headers_values)
        self._headers = Headers(pairs)
        self._name = discovery.identifier(config.issuer)
        self._told = {
            "jwks_uri": config.jwks_endpoint,
            **{name: getattr(config, name) for name in _CONFIGURED},
        }
        self._named = Provider.pseudo(self._name).override(**self._told)
        lasting = config.cache_ttl
        if config.cache_ttl_max is not None:
            lasting = min(lasting, config.cache_ttl_max)
        self._ask: Call | None = None
        self._merged = (self._named, self._named)  # the last document and what it came to
        self._pause = max(config.rediscovery_lifetime, 1.0)
        self._seconds = max(lasting, config.cache_ttl_min or 0.0, self._pause)
        self._stale = max(LAST_GOOD, config.cache_ttl_resurrect or 0.0)
        # What is asked with every request is built once, so that its key is derived once.
        # No tag for each key: a revoked key must not take the others with it.
        tags = (Tag.of(TagKind.ISSUER, self._name),)
        self._kept = Freshness(self._seconds, stale=self._stale, tags=tags)
        self._allowed = config.issuers_allowed or ()
        self._document = ("discovery", config.issuer, *self._allowed)
        self._read_document = self._discovered
        self._read_keys = self._keys_in
        self._key_calls: dict[str, Call] = {}

    async def provider(
        self, runtime: Runtime, *, endpoint: str, told: bool = True, anew: bool = False
    ) -> Provider:
        """Return the provider with the configured endpoints over the discovered ones.

        endpoint: the one that is needed; told: nothing else of the document matters. Where the
        configuration already says enough, no document is fetched. Raises Fault(by=PROVIDER).
        """
        named = self._named
        if self._config.using_pseudo_issuer or (told and getattr(named, endpoint) is not None):
            return named
        if self._ask is None:
            self._ask = discovery.request(
                self._config.issuer, headers=self._headers, transport=self._transport
            )
        found = await runtime.fact(
            self._ask,
            read=self._read_document,
            keep=self._keep,
            settings=self._document,
            younger_than=self._pause if anew else None,
        )
        discovered, merged = self._merged
        if discovered is not found:
            merged = found.override(**self._told)
            self._merged = (found, merged)
        return merged

    async def issuer(self, runtime: Runtime) -> str:
        """Return the issuer that tokens must name.

        A configured address of a document leaves a last slash open: then the document decides.
        """
        if self._config.using_pseudo_issuer or self._name == self._config.issuer:
            return self._name
        if self._config.issuers_allowed:
            return self._name
        return (await self.provider(runtime, endpoint="issuer", told=False)).issuer

    async def with_keys(
        self, runtime: Runtime, judge: Callable[[KeySet], T], *, granted: bool = False
    ) -> T:
        """Return what ``judge`` says with the provider's keys, which it may find unknown.

        The provider's own keys are tried first, then those of ``extra_jwks_uris``, then all of
        them anew. granted: the token came from the provider itself, so that nobody else can make
        us fetch keys by it, and strangers' tokens do not keep us from it (a budget of its own).
        Then a bad signature is looked at anew as well: keys without an id change unseen.
        Raises what ``judge`` raised, or Fault(by=PROVIDER) when keys are missing.
        """
        failure: Fault | None = None
        missing: Fault | None = None
        for url in await self._addresses(runtime):
            try:
                return judge(await self._keys(runtime, url))
            except Fault as fault:
                failure, missing = _noted(fault, failure, missing)
        if failure is not None and failure.code == "token.signature" and not granted:
            raise failure  # a stranger's bad signature makes nobody fetch keys
        for url in await self._addresses(runtime, anew=True):
            try:
                found = judge(await self._keys_anew(runtime, url, granted=granted))
            except Fault as fault:
                failure, missing = _noted(fault, failure, missing)
                continue
            return await self._taken_over(runtime, url, judge, found)
        raise missing or failure or _no_keys()

    async def known_keys(self, runtime: Runtime, *, anew: bool = False) -> KeySet:
        """Return all keys as one set, for an answer that is read before anybody can try again."""
        found = KeySet(issuer=self._name)
        for url in await self._addresses(runtime, anew=anew):
            more = self._keys_anew(runtime, url) if anew else self._keys(runtime, url)
            found = found.joined(await more)
        return found

    async def _taken_over(
        self, runtime: Runtime, url: str, judge: Callable[[KeySet], T], found: T
    ) -> T:
        """Make the keys that were found anew the ones that are kept."""
        try:
            return judge(await self._keys(runtime, url, younger_than=_SETTLE))
        except Fault:
            return found

    async def _addresses(self, runtime: Runtime, *, anew: bool = False) -> tuple[str, ...]:
        extra = self._config.extra_jwks_uris or ()
        if self._config.using_pseudo_issuer and self._named.jwks_uri is None:
            return extra
        found = await self.provider(runtime, endpoint="jwks_uri", anew=anew)
        return (found.require("jwks_uri"), *extra)

    async def _keys(self, runtime: Runtime, url: str, younger_than: float | None = None) -> KeySet:
        return await runtime.fact(
            self._key_call(url),
            read=self._read_keys,
            keep=self._keep,
            settings=("keys", self._name),
            younger_than=younger_than,
        )

    async def _keys_anew(self, runtime: Runtime, url: str, *, granted: bool = False) -> KeySet:
        """Return keys that are at most a pause old; a failure is told, nothing stands in."""
        pause, tags = _SETTLE if granted else self._pause, self._kept.tags
        return await runtime.fact(
            self._key_call(url),
            read=self._read_keys,
            keep=lambda _: Freshness(pause, tags=tags),
            settings=("keys anew for what was granted" if granted else "keys anew", self._name),
        )

    def _key_call(self, url: str) -> Call:
        call = self._key_calls.get(url)
        if call is None:
            if len(self._key_calls) >= _ADDRESSES:
                self._key_calls.clear()
            call = self._key_calls[url] = jwks.request(url, transport=self._transport)
        return call

    def _keep(self, _: object) -> Freshness:
        return self._kept

    def _discovered(self, reply: Reply) -> Provider:
        return discovery.read(reply, self._config.issuer, issuers_allowed=self._allowed)

    def _keys_in(self, reply: Reply) -> KeySet:
        return jwks.read(reply, self._name)


def _noted(
    fault: Fault, failure: Fault | None, missing: Fault | None
) -> tuple[Fault | None, Fault | None]:
    """Keep what says most: a bad signature over an unknown key; raise what no key can change."""
    if fault.by is By.PROVIDER and not isinstance(fault, UnknownKey):
        return failure, missing or fault
    if isinstance(fault, UnknownKey):
        return failure or fault, missing
    if fault.code == "token.signature":
        return fault, missing
    raise fault


def _no_keys() -> Fault:
    return Fault("provider.no_keys", "There are no keys to verify with.", by=By.PROVIDER)
