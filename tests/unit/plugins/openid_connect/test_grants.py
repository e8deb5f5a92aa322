import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugins.openid_connect.grants import claims_of, read_token, sources_of
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, page, upstream
from tests.unit.plugins.openid_connect.provider_script import jwt

pytestmark = pytest.mark.anyio


def test_an_access_token_that_cannot_be_read_still_has_its_scope() -> None:
    assert sources_of({}, {"sub": "a"}, "openid read") == {
        "access_token": {"scope": "openid read"},
        "id_token": {"sub": "a"},
    }
    assert sources_of({"a": 1}, {}, "read") == {"access_token": {"a": 1}}
    assert sources_of({}, {}, None) == {}


def test_a_token_of_a_session_is_read_if_it_can_be() -> None:
    assert claims_of(read_token(jwt(sub="alice")))["sub"] == "alice"
    for other in (None, "opaque", "ey.a.b", "eyJhIjoxfQ.%.x"):
        assert read_token(other) is None
    assert claims_of(None) == {}


async def test_an_access_token_for_an_api_of_the_provider_is_as_good_as_opaque() -> None:
    scene = Scene()
    scene.provider.access_claims = {"iss": "https://graph.example"}
    browser = Browser(scene)
    await browser.log_in()
    told = await browser.open()
    assert isinstance(told.decision, Forward)
    assert upstream(told)["Authorization"]


async def test_an_access_token_that_is_forged_is_not_taken_from_anybody() -> None:
    scene = Scene()
    scene.provider.access_claims = {"exp": 1}
    browser = Browser(scene)
    assert page(await browser.log_in()) == (401, "token.expired")


async def test_a_scope_that_the_provider_does_not_repeat_is_the_one_that_was_asked_for() -> None:
    scene = Scene(scopes_required=["openid"], scopes_claim=["scope"], scopes=["openid"])
    scene.provider.access_claims = {"iss": "https://graph.example"}
    browser = Browser(scene)
    await browser.log_in()
    assert isinstance((await browser.open()).decision, Forward)
