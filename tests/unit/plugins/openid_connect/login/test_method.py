import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene
from tests.unit.plugins.openid_connect.provider_script import jwt

pytestmark = pytest.mark.anyio


async def test_whoever_brings_another_credential_is_not_asked_to_log_in() -> None:
    scene = Scene(auth_methods=["authorization_code", "session", "bearer"])
    browser = Browser(scene)
    good = await browser.open(headers={"Authorization": f"Bearer {jwt()}"})
    assert isinstance(good.decision, Forward)
    bad = await browser.open(headers={"Authorization": "Bearer nonsense"})
    assert getattr(bad.decision, "status", 200) == 401
    assert browser.jar == {}
