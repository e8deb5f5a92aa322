from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import Transport


def test_the_defaults_are_kongs() -> None:
    config = OpenIdConnectConfig(issuer="https://idp.example")
    assert transport_of(config) == Transport(timeout=10.0)


def test_everything_configured_is_carried() -> None:
    config = OpenIdConnectConfig(
        issuer="https://idp.example",
        timeout=1500,
        ssl_verify=False,
        http_proxy="http://p.example:3128",
        http_proxy_authorization="Basic a",
        https_proxy="http://q.example:3128",
        https_proxy_authorization="Basic b",
        no_proxy="a.example, .b.example,",
        keepalive=False,
        http_version=1.0,
    )
    assert transport_of(config) == Transport(
        timeout=1.5,
        ssl_verify=False,
        http_proxy="http://p.example:3128",
        http_proxy_authorization="Basic a",
        https_proxy="http://q.example:3128",
        https_proxy_authorization="Basic b",
        no_proxy=("a.example", ".b.example"),
        keepalive=False,
        http_version="1.0",
    )
