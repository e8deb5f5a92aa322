import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene

pytestmark = pytest.mark.anyio


async def why(browser: Browser) -> list[str]:
    """Return the codes with which a request's session was told not to count."""
    evaluation = await browser.open(navigates=False)
    assert not isinstance(evaluation.decision, Forward)
    return [str(step.details["code"]) for step in evaluation.trace.steps if "code" in step.details]


@pytest.mark.parametrize(
    ("config", "seconds", "code"),
    [
        ({"session_idling_timeout": 10}, 10, "session.idling"),
        ({"session_rolling_timeout": 10}, 10, "session.rolling"),
        ({"session_absolute_timeout": 10}, 10, "session.absolute"),
    ],
)
async def test_the_trace_says_which_time_is_over(
    config: dict[str, object], seconds: float, code: str
) -> None:
    browser = Browser(Scene(**config))
    await browser.log_in()
    browser.scene.world.jump(seconds)
    assert code in await why(browser)


async def test_a_session_of_another_client_does_not_count_and_says_so() -> None:
    browser = Browser(Scene())
    await browser.log_in()
    browser.scene.configured(client_id=["wholesale"])
    assert "session.other_client" in await why(browser)


async def test_one_request_loads_its_session_once() -> None:
    scene = Scene(session_storage="redis", logout_uri_suffix="/out", logout_methods=["POST"])
    browser = Browser(scene)
    await browser.log_in()
    reads: list[str] = []
    get = scene.world.store.get

    async def noted(key: str) -> bytes | None:
        reads.append(key)
        return await get(key)

    scene.world.store.get = noted  # type: ignore[method-assign]
    await browser.open("/out", method="POST")
    assert len(reads) == 1


async def test_a_lasting_cookie_counts_also_beside_a_session_that_has_idled() -> None:
    browser = Browser(Scene(session_remember=True, session_idling_timeout=100))
    await browser.log_in()
    browser.scene.world.jump(100)
    assert isinstance((await browser.open(navigates=False)).decision, Forward)


async def test_a_lasting_cookie_saves_no_session_that_was_ended() -> None:
    scene = Scene(session_remember=True, logout_uri_suffix="/logout", logout_methods=["POST"])
    browser = Browser(scene)
    await browser.log_in()
    kept = dict(browser.jar)
    scene.world.jump(1_000)  # the session idled; only the lasting cookie would bring it back
    await browser.open("/logout", method="POST")
    assert not any(name in browser.jar for name in ("session", "remember"))
    for names in (("session",), ("remember",), ("session", "remember")):
        browser.jar = {name: kept[name] for name in names}
        assert not isinstance((await browser.open(navigates=False)).decision, Forward)
