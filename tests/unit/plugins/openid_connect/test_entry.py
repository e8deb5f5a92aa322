from gatepost.plugin.registry import installed
from gatepost.plugins.openid_connect import OpenIdConnectPlugin, plugin


def test_the_plugin_is_found_by_scanning() -> None:
    assert installed().plugin("openid-connect") is plugin
    assert (OpenIdConnectPlugin.name, OpenIdConnectPlugin.priority) == ("openid-connect", 1050)


def test_what_is_weak_is_told_with_the_configuration() -> None:
    config = {"issuer": "http://idp.example", "auth_methods": ["bearer"]}
    assert "without TLS" in "".join(installed().warnings("openid-connect", config))
