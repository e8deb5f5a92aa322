import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, events

pytestmark = pytest.mark.anyio
REDIS = {"session_storage": "redis"}


async def test_a_session_that_lapses_leaves_no_record_and_no_revocation() -> None:
    scene = Scene(**REDIS, refresh_tokens=False, session_idling_timeout=0)
    browser = Browser(scene)
    await browser.log_in()
    scene.world.jump(scene.provider.lifetime)
    told = await browser.open(navigates=False)
    assert ("session.ended", "session.token_expired") in events(told)
    assert len(scene.world.store) == 0
    assert not scene.world.revocations


async def test_a_session_that_is_revoked_is_refused_as_long_as_it_could_live() -> None:
    scene = Scene(logout_uri_suffix="/out", logout_methods=["POST"], session_absolute_timeout=1000)
    browser = Browser(scene)
    await browser.log_in()
    old = dict(browser.jar)
    await browser.open("/out", method="POST")
    assert len(scene.world.revocations) == 1
    browser.jar = old
    assert not isinstance((await browser.open(navigates=False)).decision, Forward)
    scene.world.revocations.drop_expired(scene.world.wall + 1000)
    assert not scene.world.revocations
