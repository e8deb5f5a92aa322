import pytest

from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, page

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        ("gone", "session.not_sent"),
        ("garbled", "session.unreadable"),
        ("idle", "session.idling"),
    ],
)
async def test_the_page_names_what_is_wrong_with_the_session(spoil: str, cause: str) -> None:
    browser = Browser(Scene(session_idling_timeout=1 if spoil == "idle" else 900))
    for _ in range(3):
        await browser.log_in()
        if spoil == "gone":
            browser.jar.pop("session")
        elif spoil == "garbled":
            browser.jar["session"] = browser.jar["session"][:-4]
        browser.scene.world.jump(2)
    told = await browser.open()
    assert page(told) == (401, "login.loop")
    assert cause.encode() in told.decision.body  # type: ignore[union-attr]
