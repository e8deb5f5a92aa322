import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import json_reply
from gatepost.values import Call, Reply
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, upstream
from tests.unit.plugins.openid_connect.provider_script import code, status

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["refresh_token"], "refresh_token_param_name": "refresh_token"}


def scene() -> Scene:
    made = Scene(**ONLY, downstream_refresh_token_header="refresh_token")
    made.provider.refresh_tokens.add("first")
    return made


async def test_a_refresh_token_is_traded_and_the_next_one_is_told() -> None:
    one = scene()
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
    assert (upstream(told)["Authorization"] or "").startswith("Bearer ey")
    assert isinstance(told.decision, Forward)
    sent = dict(told.decision.edits.headers)
    assert sent.get("refresh-token", "") is None, "it does not travel on"
    (following,) = one.provider.refresh_tokens
    assert dict(told.decision.edits.response_headers)["refresh-token"] == following


async def test_one_that_may_be_used_once_is_used_once_while_its_token_lives() -> None:
    one = scene()
    for _ in range(3):
        told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
        assert isinstance(told.decision, Forward)
    assert one.provider.count("token") == 1


@pytest.mark.parametrize("place", ["?refresh_token=first", "body"])
async def test_it_may_ride_elsewhere(place: str) -> None:
    one = scene()
    if place == "body":
        told = await Browser(one).open(
            method="POST", navigates=False, body=b"refresh_token=first&x=1"
        )
        assert isinstance(told.decision, Forward)
        assert told.decision.edits.body == b"x=1"
    else:
        told = await Browser(one).open(f"/page{place}", navigates=False)
        assert isinstance(told.decision, Forward)
        assert told.decision.edits.remove_args == ("refresh_token",)


async def test_one_that_is_refused_is_401_and_a_provider_that_refuses_us_is_503() -> None:
    one = scene()
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "unknown"})
    assert (status(told), code(told)) == (401, "credential.refused")
    one.provider.on("POST", "/v1/token", json_reply({"error": "unauthorized_client"}, 400))
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "other"})
    assert status(told) == 503


async def test_a_malformed_one_is_401_without_a_call() -> None:
    one = scene()
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "a b"})
    assert (status(told), code(told)) == (401, "credential.malformed")
    assert one.provider.calls == []


async def test_one_that_may_be_used_often_is_traded_again_when_its_token_has_ended() -> None:
    one = scene()
    one.provider.refreshes = False
    grant = one.provider.grant_tokens

    def keeping(call: Call) -> Reply:
        reply = grant(call)
        one.provider.refresh_tokens.add("first")
        one.provider.spent.clear()
        return reply

    one.provider.on("POST", "/v1/token", keeping)
    for times in (1, 2, 3):
        for _ in range(2):
            told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
            assert isinstance(told.decision, Forward)
        assert one.provider.count("token") == times
        one.world.jump(one.provider.lifetime)


async def test_one_that_is_used_up_is_401_when_its_token_has_ended() -> None:
    one = scene()
    await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
    one.world.jump(one.provider.lifetime)
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
    assert (status(told), code(told)) == (401, "credential.refused")


async def test_what_is_granted_dead_is_asked_for_once() -> None:
    one = scene()
    one.provider.lifetime = 0
    told = await Browser(one).open(navigates=False, headers={"Refresh-Token": "first"})
    assert status(told) == 401
    assert one.provider.count("token") == 1
