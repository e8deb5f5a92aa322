"""The plugin as the registry finds it: name, priority, configuration, warnings."""

from gatepost.plugin.plugin import Bound, Plugin, Site
from gatepost.plugins.openid_connect.bound import OpenIdConnect
from gatepost.plugins.openid_connect.cautions import cautions
from gatepost.plugins.openid_connect.config import OLD_NAMES, OpenIdConnectConfig


class OpenIdConnectPlugin(Plugin[OpenIdConnectConfig]):
    """Authenticates callers by an identity provider."""

    name = "openid-connect"
    priority = 1050
    Config = OpenIdConnectConfig
    old_names = OLD_NAMES

    def bind(self, config: OpenIdConnectConfig, site: Site) -> Bound:
        """Prepare an instance."""
        return OpenIdConnect(config, site)

    def warnings(self, config: OpenIdConnectConfig) -> list[str]:
        """Say what is weaker, or less, than it may look."""
        return cautions(config)
