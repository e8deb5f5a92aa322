"""How calls to the provider travel, as configured."""

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.values import Transport


def transport_of(config: OpenIdConnectConfig) -> Transport:
    """Return the transport; the configuration counts in milliseconds, we count in seconds."""
    return Transport(
        timeout=config.timeout / 1000,
        ssl_verify=config.ssl_verify,
        http_proxy=config.http_proxy,
        http_proxy_authorization=config.http_proxy_authorization,
        https_proxy=config.https_proxy,
        https_proxy_authorization=config.https_proxy_authorization,
        no_proxy=tuple(
            part for host in (config.no_proxy or "").split(",") if (part := host.strip())
        ),
        keepalive=config.keepalive,
        http_version=f"{config.http_version:.1f}",
    )
