from typing import Any

import pytest

from gatepost.admin.named_providers import NamedProvider
from gatepost.model import Plugin, Snapshot
from gatepost.values import Call, Reply
from tests.unit.admin.test_login import ISSUER, Provider

pytestmark = pytest.mark.anyio


def snapshot(*configs: dict[str, Any], enabled: bool = True) -> Snapshot:
    plugins = tuple(
        Plugin(id=f"00000000-0000-0000-0000-{n:012}", name="x", config=config, enabled=enabled)
        for n, config in enumerate(configs)
    )
    return Snapshot(plugins=plugins)


def found(config: dict[str, Any], issuer: str = ISSUER, **variables: str) -> NamedProvider | None:
    return NamedProvider.find(snapshot(config), issuer, variables)


def test_an_issuer_counts_where_an_enabled_plugin_names_it() -> None:
    assert found({"issuer": ISSUER}) is not None
    assert found({"issuer": ISSUER + "/"}) is not None
    assert found({"issuer": f"{ISSUER}/.well-known/openid-configuration"}) is not None
    assert found({"issuer": "https://in.example", "issuers_allowed": [ISSUER]}) is not None
    assert found({"issuer": ISSUER}, ISSUER + ".evil.example") is None
    assert found({"issuer": ISSUER}, ISSUER + "/path") is None
    assert found({}, "") is None
    assert NamedProvider.find(snapshot({"issuer": ISSUER}, enabled=False), ISSUER, {}) is None


def test_it_is_called_as_the_plugin_says_but_not_for_longer_than_we_wait() -> None:
    config = {
        "issuer": ISSUER,
        "timeout": 60_000,
        "ssl_verify": False,
        "https_proxy": "http://proxy:1",
        "https_proxy_authorization": "{vault://env/proxy}",
        "no_proxy": "a, b",
        "http_version": 1.0,
    }
    named = found(config)
    assert named is not None
    way = named.transport
    assert (way.timeout, way.ssl_verify, way.https_proxy) == (10.0, False, "http://proxy:1")
    assert (way.https_proxy_authorization, way.no_proxy) == (None, ("a", "b"))
    assert way.http_version == "1.0"
    known = found(config, PROXY="Basic x")
    assert known is not None
    assert known.transport.https_proxy_authorization == "Basic x"
    assert "Basic x" not in repr(known)


async def test_configured_endpoints_take_the_place_of_discovered_ones() -> None:
    named = found({"issuer": ISSUER, "token_endpoint": "https://token.example/t"})
    assert named is not None
    provider = await named.asked(Provider())
    assert provider.token_endpoint == "https://token.example/t"
    assert provider.authorization_endpoint == f"{ISSUER}/authorize"
    assert [key.kid for key in (await named.keys(Provider())).keys] == ["one"]


async def test_an_issuer_that_is_only_a_name_is_not_asked() -> None:
    async def never(call: Call) -> Reply:
        raise AssertionError(call.url)

    named = found({"issuer": ISSUER, "using_pseudo_issuer": True, "token_endpoint": "https://t"})
    assert named is not None
    assert (await named.asked(never)).token_endpoint == "https://t"
