import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, events, page
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


async def test_a_login_that_cannot_begin_is_written_down_unless_it_is_the_clients_doing() -> None:
    scene = Scene()
    scene.provider.metadata["issuer"] = "https://elsewhere.example"
    told = await Browser(scene).open()
    assert page(told) == (503, "provider.issuer_mismatch")
    assert events(told) == [("login.unavailable", "provider.issuer_mismatch")]
    assert events(await Browser(Scene(), host="no host").open()) == []
