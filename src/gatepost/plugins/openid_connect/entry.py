"""The plugin as the registry finds it: name, priority, configuration, warnings."""

from gatepost.oidc.endpoint_url import insecure
from gatepost.plugin.plugin import Bound, Plugin, Site
from gatepost.plugins.openid_connect.bound import OpenIdConnect
from gatepost.plugins.openid_connect.config import ALL_METHODS, AT_WORK, OpenIdConnectConfig
from gatepost.plugins.openid_connect.config.consistency import lacks


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
        return [*_about_methods(config), *_about_checks(config)]


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
