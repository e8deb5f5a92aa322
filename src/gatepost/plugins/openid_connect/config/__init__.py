"""The configuration: every field of Kong's schema, and which of them are at work.

Owns: names, types, defaults, what is refused.
Refuses to know: requests, calls, what a field does.
Neighbours: ``plugin`` and ``oidc`` below; the rest of this plugin above.
"""

from gatepost.plugins.openid_connect.config.credentials import ALL_METHODS, AT_WORK
from gatepost.plugins.openid_connect.config.headers import HeaderClaim
from gatepost.plugins.openid_connect.config.old_names import OLD_NAMES
from gatepost.plugins.openid_connect.config.whole import OpenIdConnectConfig

__all__ = ["ALL_METHODS", "AT_WORK", "OLD_NAMES", "HeaderClaim", "OpenIdConnectConfig"]
