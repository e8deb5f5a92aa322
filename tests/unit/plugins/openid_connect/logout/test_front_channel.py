from typing import Any
from urllib.parse import urlencode

import pytest

from gatepost.plugin.decision import Forward
from gatepost.values import Reply
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, events, page
from tests.unit.plugins.openid_connect.provider_script import ISSUER

pytestmark = pytest.mark.anyio
FRONT = {"frontchannel_logout_uri": "https://shop.example/front-logout"}
GOOD = {"iss": ISSUER, "sid": "provider-session-1"}


async def logged_in(**config: Any) -> Browser:
    browser = Browser(Scene(**FRONT, **config))
    await browser.log_in()
    return browser


async def framed(browser: Browser, **named: str) -> Any:
    url = "/front-logout" + (f"?{urlencode(named)}" if named else "")
    return await browser.open(url, navigates=None, headers={"Sec-Fetch-Mode": "navigate"})


async def test_a_frame_that_names_the_session_ends_it() -> None:
    browser = await logged_in()
    old = dict(browser.jar)
    told = await framed(browser, **GOOD)
    assert page(told) == (200, "logout.done")
    assert ("logout.done", "front_channel") in events(told)
    assert isinstance(told.decision, Reply)
    assert told.decision.headers.get("x-frame-options") is None
    assert "frame-ancestors" not in (told.decision.headers.get("content-security-policy") or "")
    browser.jar = old
    assert not isinstance((await browser.open()).decision, Forward)


@pytest.mark.parametrize(
    "named",
    [
        {**GOOD, "sid": "another"},
        {**GOOD, "iss": "https://evil.example"},
        {"sid": GOOD["sid"]},
        {"iss": ISSUER},
    ],
)
async def test_a_frame_that_names_another_session_ends_nothing(named: dict[str, str]) -> None:
    browser = await logged_in()
    told = await framed(browser, **named)
    assert page(told) == (400, "logout.other_session")
    assert isinstance((await browser.open()).decision, Forward)


async def test_without_the_sessions_cookie_nothing_ends() -> None:
    browser = await logged_in()
    stranger = Browser(browser.scene)
    assert page(await framed(stranger, **GOOD)) == (200, "logout.no_session")
    assert isinstance((await browser.open()).decision, Forward)


async def test_a_frame_that_names_nothing_ends_the_session_unless_names_are_demanded() -> None:
    browser = await logged_in()
    assert page(await framed(browser)) == (200, "logout.done")
    browser = await logged_in(frontchannel_logout_session_required=True)
    assert page(await framed(browser)) == (400, "logout.session_required")
