import pytest

from gatepost.plugin.testkit import BEGIN, FakeRuntime, World, json_reply
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.trading import Trader
from gatepost.values import Call, Fault
from tests.unit.plugins.openid_connect.provider_script import Provider, jwt

pytestmark = pytest.mark.anyio
CALL = Call("POST", "https://idp.example/v1/token", body=b"x", purpose="token")


def trader(**config: object) -> Trader:
    whole = {"issuer": "https://idp.example", **config}
    return Trader(OpenIdConnectConfig.model_validate(whole), "password", "instance")


async def test_only_who_asked_is_told_that_it_was_granted_just_now() -> None:
    world = World(Provider())
    first = await trader().trade(CALL, (), FakeRuntime(world))
    again = await trader().trade(CALL, (), FakeRuntime(world))
    assert (first[2], again[2]) == (True, False)
    assert first[0] == again[0]


async def test_a_grant_is_kept_no_longer_than_its_token_lives() -> None:
    provider = Provider()
    provider.grant = {"access_token": jwt(exp=BEGIN + 60), "token_type": "Bearer"}
    world = World(provider)
    await trader().trade(CALL, (), FakeRuntime(world))
    world.jump(61)
    await trader().trade(CALL, (), FakeRuntime(world))
    assert provider.count("token") == 2


async def test_a_refusal_is_raised_each_time_it_is_found() -> None:
    provider = Provider().on("POST", "/v1/token", json_reply({"error": "invalid_grant"}, 400))
    world = World(provider)
    for _ in range(2):
        with pytest.raises(Fault, match="did not accept"):
            await trader(cache_ttl_neg=30).trade(CALL, (), FakeRuntime(world))
    assert provider.count("token") == 1


async def test_headers_are_replayed_for_the_grants_that_are_named() -> None:
    reply = json_reply({"access_token": "a", "token_type": "Bearer"})
    provider = Provider().on("POST", "/v1/token", reply)
    named = {"token_headers_replay": ["content-type"], "token_headers_grants": ["password"]}
    _, grant, _ = await trader(**named).trade(CALL, (), FakeRuntime(World(provider)))
    assert grant.headers == (("content-type", "application/json"),)
    named["token_headers_grants"] = ["client_credentials"]
    _, grant, _ = await trader(**named).trade(CALL, (), FakeRuntime(World(provider)))
    assert grant.headers == ()
