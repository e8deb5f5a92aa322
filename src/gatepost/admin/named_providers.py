"""The providers that the plugins of a control plane name, as those plugins reach them.

Whoever may try things out may not make this process call whatever they like: an issuer counts only
where a plugin names it, and then as that plugin is configured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from gatepost.model import Snapshot, Unresolved, resolve
from gatepost.oidc import KeySet, Provider, discovery, jwks
from gatepost.plugin.issuers import issuers_of
from gatepost.values import Headers, Transport
from gatepost.values.call import Fetch

_PATIENCE = 10.0
"""Seconds for one call at most, whatever a plugin says."""
_NEEDED = (
    "issuer", "issuers_allowed", "using_pseudo_issuer", "extra_jwks_uris", "jwks_endpoint",
    "authorization_endpoint", "introspection_endpoint", "token_endpoint", "userinfo_endpoint",
    "pushed_authorization_request_endpoint", "revocation_endpoint", "end_session_endpoint",
    "timeout", "ssl_verify", "http_version", "no_proxy", "http_proxy", "https_proxy",
    "http_proxy_authorization", "https_proxy_authorization",
    "discovery_headers_names", "discovery_headers_values",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedProvider:
    """issuer: as the plugin has it. config: of its configuration, what concerns the provider."""

    issuer: str
    config: Mapping[str, Any] = field(repr=False)

    @classmethod
    def find(cls, snapshot: Snapshot, issuer: str, variables: Mapping[str, str]) -> Self | None:
        """Return the first that names this issuer (a slash at the end is nothing), or None.

        variables: what stands for references; a field with another one counts as left out.
        """
        wanted = issuer.rstrip("/")
        for instance in snapshot.plugins:
            names = {name.rstrip("/") for name in issuers_of([instance.config])}
            configured = instance.config.get("issuer")
            if instance.enabled and wanted in names and isinstance(configured, str):
                return cls(configured, dict(_resolved(snapshot, instance.config, variables)))
        return None

    @property
    def transport(self) -> Transport:
        """How calls to it travel."""
        told = self.config
        hosts = str(told.get("no_proxy") or "").split(",")
        return Transport(
            timeout=min(_PATIENCE, float(told.get("timeout") or 10_000) / 1000),
            ssl_verify=bool(told.get("ssl_verify", True)),
            http_proxy=told.get("http_proxy"),
            http_proxy_authorization=told.get("http_proxy_authorization"),
            https_proxy=told.get("https_proxy"),
            https_proxy_authorization=told.get("https_proxy_authorization"),
            no_proxy=tuple(part for host in hosts if (part := host.strip())),
            http_version=f"{float(told.get('http_version') or 1.1):.1f}",
        )

    async def asked(self, fetch: Fetch) -> Provider:
        """Return what it says of itself, with the endpoints that are configured. Raises Fault."""
        told = {name: self.config.get(name) for name in _NEEDED if name.endswith("_endpoint")}
        told["jwks_uri"] = told.pop("jwks_endpoint", None)
        if self.config.get("using_pseudo_issuer"):
            return Provider.pseudo(self.issuer).override(**told)
        pairs = zip(
            self.config.get("discovery_headers_names") or (),
            self.config.get("discovery_headers_values") or (),
            strict=False,
        )
        call = discovery.request(self.issuer, headers=Headers(pairs), transport=self.transport)
        allowed = self.config.get("issuers_allowed") or ()
        found = discovery.read(await fetch(call), self.issuer, issuers_allowed=allowed)
        return found.override(**told)

    async def keys(self, fetch: Fetch) -> KeySet:
        """Return its keys, and those of further addresses that the plugin trusts. Raises Fault."""
        provider = await self.asked(fetch)
        found = KeySet(issuer=provider.issuer)
        for url in (provider.require("jwks_uri"), *(self.config.get("extra_jwks_uris") or ())):
            call = jwks.request(url, transport=self.transport)
            found = found.joined(jwks.read(await fetch(call), provider.issuer))
        return found


def _resolved(
    snapshot: Snapshot, config: Mapping[str, Any], variables: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for name in _NEEDED:
        if config.get(name) is None:
            continue
        try:
            yield name, resolve(config[name], variables.get, snapshot.vaults)
        except Unresolved:
            continue
