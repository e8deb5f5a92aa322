"""OpenID Connect at the gate, in Kong's configuration and with Kong's behaviour.

Owns: the plugin ``openid-connect``, methods bearer, introspection and client_credentials.
Refuses to know: the engine, other plugins, how long a decision is remembered.
Neighbours: ``plugin`` (the contract), ``oidc`` (the protocol) and ``values`` below.
"""

from gatepost.plugins.openid_connect.entry import OpenIdConnectPlugin

__all__ = ["OpenIdConnectPlugin", "plugin"]

plugin = OpenIdConnectPlugin()
