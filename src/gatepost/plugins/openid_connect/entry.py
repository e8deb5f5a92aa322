"""The plugin as the registry finds it: name, priority, configuration, warnings."""

from gatepost.oidc.endpoint_url import insecure
from gatepost.plugin.plugin import Bound, Plugin, Site
from gatepost.plugins.openid_connect.bound import OpenIdConnect
from gatepost.plugins.openid_connect.config import ALL_METHODS, AT_WORK, OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.consistency import lacks

_LONGEST = {"leeway": 86_400, "cache_ttl_neg": 86_400, "cache_ttl_resurrect": 604_800}
"""Seconds beyond which a number is hardly meant: most are milliseconds, or dates."""
_MEANING = {
    "leeway": "expired tokens are accepted that long",
    "cache_ttl_neg": "a token that was inactive once is refused that long",
    "cache_ttl_resurrect": "a revoked token may pass that long while the provider is away",
}
_LONGEST_CALL = 300_000
_SHORTEST_CALL = 100


class OpenIdConnectPlugin(Plugin[OpenIdConnectConfig]):
    """Authenticates callers by an identity provider."""

    name = "openid-connect"
    priority = 1050
    Config = OpenIdConnectConfig

    def bind(self, config: OpenIdConnectConfig, site: Site) -> Bound:
        """Prepare an instance."""
        return OpenIdConnect(config, site)

    def warnings(self, config: OpenIdConnectConfig) -> list[str]:
        """Say what is weaker, or less, than it may look."""
        return [*_about_methods(config), *_about_checks(config), *_about_numbers(config)]


def _about_methods(config: OpenIdConnectConfig) -> list[str]:
    if config.methods_named:
        return []
    later = [name for name in ALL_METHODS if name not in AT_WORK]
    on, off = ", ".join(config.methods), ", ".join(later)
    found = [f"auth_methods is unset: {on} are on; not at work yet: {off}"]
    for name in AT_WORK:
        needed = lacks(config, name)
        if needed:
            found.append(f"auth_methods is unset: {name} is off, it needs {needed}")
    return found


def _about_checks(config: OpenIdConnectConfig) -> list[str]:
    found = []
    if not config.verify_signature:
        found.append("verify_signature is off: anybody can write a token that is accepted")
    if not config.verify_claims:
        found.append("verify_claims is off: expired tokens and tokens of others are accepted")
    if not config.introspection_check_active:
        found.append("introspection_check_active is off: revoked tokens are accepted")
    if not config.ssl_verify:
        found.append("ssl_verify is off: anybody on the way can be the provider")
    if insecure(config.issuer):
        found.append("the issuer is reached without TLS: anybody on the way can be the provider")
    if config.bearer_token_cookie_name and "cookie" not in config.bearer_token_param_type:
        found.append("bearer_token_cookie_name says nothing without the place 'cookie'")
    return found


def _about_numbers(config: OpenIdConnectConfig) -> list[str]:
    """Kong bounds none of these, so they are told and not refused."""
    found = []
    if not _SHORTEST_CALL <= config.timeout <= _LONGEST_CALL:
        found.append(
            f"timeout is {config.timeout:g} milliseconds for one call to the provider: "
            f"between {_SHORTEST_CALL} and {_LONGEST_CALL} is usual"
        )
    for name, longest in _LONGEST.items():
        value = getattr(config, name)
        if value is not None and value > longest:
            found.append(
                f"{name} is {value:g} seconds: more than {longest} is hardly meant, and "
                f"{_MEANING[name]}"
            )
    return found
