import asyncio
import json

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import json_reply
from gatepost.plugins.openid_connect.refreshing import GRACE
from gatepost.values import Call, Headers, Reply
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, events, upstream

pytestmark = pytest.mark.anyio


async def logged_in(**config: object) -> Browser:
    browser = Browser(Scene(**config))
    await browser.log_in()
    return browser


async def test_an_old_copy_beyond_its_grace_ends_the_whole_session() -> None:
    browser = await logged_in()
    scene = browser.scene
    old = dict(browser.jar)
    scene.world.jump(scene.provider.lifetime)
    await browser.open()
    scene.world.jump(GRACE + 1)
    stale = Browser(scene)
    stale.jar = old
    told = await stale.open(navigates=False)
    assert ("session.ended", "session.superseded") in events(told)
    assert scene.provider.count("token") == 2, "the spent token is not shown to the provider"
    assert not isinstance((await browser.open()).decision, Forward), "it may be in other hands"


async def test_somebodys_web_page_in_place_of_tokens_ends_no_session() -> None:
    browser = await logged_in()
    scene = browser.scene
    scene.world.jump(scene.provider.lifetime)
    page = Reply(200, Headers([("Content-Type", "text/html")]), b"<h1>Back soon</h1>")
    scene.provider.on("POST", "/v1/token", page)
    for _ in range(3):
        told = await browser.open(navigates=False)
        assert getattr(told.decision, "status", None) == 503
        scene.world.jump(GRACE)
    scene.provider.on("POST", "/v1/token", scene.provider.grant_tokens)
    assert isinstance((await browser.open(navigates=False)).decision, Forward)


async def test_a_provider_that_does_not_rotate_keeps_its_refresh_token_in_use() -> None:
    browser = await logged_in()
    scene = browser.scene
    grant = scene.provider.grant_tokens

    (kept,) = scene.provider.refresh_tokens

    def keeping(call: Call) -> Reply:
        answer = json.loads(grant(call).body)
        scene.provider.refresh_tokens = {kept}
        scene.provider.spent.clear()
        return json_reply({**answer, "refresh_token": None})

    scene.provider.on("POST", "/v1/token", keeping)
    for _ in range(3):
        scene.world.jump(scene.provider.lifetime)
        assert isinstance((await browser.open()).decision, Forward)


async def test_a_token_that_does_not_say_when_it_ends_is_not_refreshed() -> None:
    scene = Scene()
    scene.provider.access_claims = {"exp": ...}
    browser = Browser(scene)
    await browser.log_in()
    for _ in range(3):
        scene.world.jump(600)
        await browser.open()
    assert scene.provider.count("token") <= 4


async def test_sessions_that_began_together_are_not_refreshed_together() -> None:
    scene = Scene()
    browsers = [Browser(scene) for _ in range(20)]
    for browser in browsers:
        await browser.log_in()
    before = scene.provider.count("token")
    scene.world.jump(scene.provider.lifetime * 0.87)
    for browser in browsers:
        await browser.open()
    await asyncio.sleep(0)
    begun = scene.provider.count("token") - before
    assert 0 < begun < 20


async def test_a_refreshed_session_tells_the_upstream_its_new_token() -> None:
    browser = await logged_in()
    first = upstream(await browser.open())["Authorization"]
    browser.scene.world.jump(browser.scene.provider.lifetime)
    second = upstream(await browser.open())["Authorization"]
    assert first != second
    assert upstream(await browser.open())["Authorization"] == second


async def test_a_gateway_that_the_provider_does_not_know_logs_nobody_out() -> None:
    browser = await logged_in()
    scene = browser.scene
    scene.provider.on("POST", "/v1/token", json_reply({"error": "invalid_client"}, 401))
    scene.world.jump(scene.provider.lifetime)
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 503
    assert ("refresh.failed", "provider.refused_our_credentials") in events(told)
    scene.provider.on("POST", "/v1/token", scene.provider.grant_tokens)
    scene.world.jump(2)
    assert isinstance((await browser.open()).decision, Forward)
