import pytest

from gatepost.plugin.errand import Errand
from gatepost.plugin.testkit import BEGIN, FakeRuntime, World, json_reply
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.trading import Trader, said_at
from gatepost.values import Call, Fault, Headers, Reply
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


async def test_what_a_spent_credential_gave_is_told_with_its_end_also_to_who_asks_late() -> None:
    provider = Provider()
    provider.grant["expires_in"] = 100
    world = World(provider)
    errand = Errand("ab" * 32, CALL, grace=3600)
    _, grant, _ = await trader().trade(CALL, (), FakeRuntime(world), errand=errand)
    assert grant.ends == BEGIN + 100
    assert not grant.dead
    other = World(provider)  # another process: it asks the courier of the same node
    other.sources.courier = world.courier
    await trader().trade(CALL, (), FakeRuntime(other), errand=errand)
    assert provider.count("token") == 1


def test_an_answer_says_when_it_was_given_if_that_can_be() -> None:
    def reply(date: str) -> Reply:
        return Reply(200, Headers([("Date", date)]))

    at = "Fri, 15 Jan 2027 08:00:00 GMT"
    assert said_at(reply(at), BEGIN + 10, oldest=60) == BEGIN
    for date, now in ((at, BEGIN + 61), (at, BEGIN - 1), ("yesterday", BEGIN), ("", BEGIN)):
        assert said_at(reply(date), now, oldest=60) == now
