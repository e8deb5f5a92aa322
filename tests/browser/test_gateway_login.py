"""People log in at the gateway in a real browser: what they see, and what they do not notice."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page

from tests.browser.visit import Watched, watched
from tests.integration.login_world import login_world
from tests.integration.world import World
from tests.providers.redis_server import redis_server

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with login_world() as running:
        yield running


@pytest.fixture
async def person(context: BrowserContext, world: World) -> AsyncIterator[Watched]:
    one = await watched(context)
    yield one
    world.secrets |= {
        cookie["value"] for cookie in await context.cookies() if len(cookie["value"]) >= 8
    }


async def sign_in(page: Page, login: str = "alice") -> None:
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill(f"{login}-password")
    await page.get_by_role("button", name="Sign in").click()


async def arrived(page: Page, url: str) -> dict[str, str]:
    """Wait for a page of the upstream; return the headers that it saw."""
    await page.wait_for_url(url)
    shown: dict[str, Any] = json.loads(await page.inner_text("body"))
    return {name.lower(): value for name, value in shown["headers"].items()}


async def test_a_person_comes_back_to_the_very_page_and_the_upstream_knows_who_it_is(
    world: World, person: Watched
) -> None:
    page, url = person.page, f"{world.proxy.url}/app/anything?hello=world"
    await page.goto(url)
    assert page.url.startswith(f"{world.issuer}/v1/authorize?")
    await sign_in(page)
    told = await arrived(page, url)
    assert told["authorization"].startswith("Bearer ey")
    assert (told["x-user"], told["x-email"]) == ("alice", "alice@example.com")
    asked = world.idp.get("/dev/counters").json()
    for _ in range(3):
        await page.reload()
        assert (await arrived(page, url))["x-user"] == "alice"
    assert world.idp.get("/dev/counters").json() == asked
    assert person.complaints == []


async def test_two_tabs_that_log_in_at_once_both_arrive(
    world: World, context: BrowserContext
) -> None:
    tabs = [await watched(context), await watched(context)]
    urls = [f"{world.proxy.url}/app/anything/{number}" for number in range(2)]
    await asyncio.gather(*(tab.page.goto(url) for tab, url in zip(tabs, urls, strict=True)))
    for tab in tabs:
        await tab.page.get_by_label("Login").fill("bob")
        await tab.page.get_by_label("Password").fill("bob-password")
    await asyncio.gather(*(tab.page.get_by_role("button", name="Sign in").click() for tab in tabs))
    for tab, url in zip(tabs, urls, strict=True):
        assert (await arrived(tab.page, url))["x-user"] == "bob"
    left = [c["name"] for c in await context.cookies() if c["name"].startswith("authorization")]
    assert left == ["authorization-trail"]


async def test_after_a_logout_the_old_cookie_is_refused(
    world: World, context: BrowserContext, person: Watched
) -> None:
    page, url = person.page, f"{world.proxy.url}/app/anything"
    await page.goto(url)
    await sign_in(page)
    await arrived(page, url)
    old = [cookie for cookie in await context.cookies() if cookie["name"] == "session"]
    await page.goto(f"{world.proxy.url}/app/logout")
    assert page.url.startswith(world.idp.url), "the provider ends its own session too"
    assert [c for c in await context.cookies() if c["name"] == "session"] == []
    await context.add_cookies([{**cookie, "url": None} for cookie in old])  # type: ignore[typeddict-item]
    refused = await context.request.get(url, headers={"Accept": "application/json"})
    assert refused.status == 401
    await page.goto(url)
    assert await page.get_by_label("Password").is_visible(), "it asks for a password again"


async def test_a_script_that_calls_an_api_gets_401_and_no_login_page(
    world: World, person: Watched, context: BrowserContext
) -> None:
    await person.page.goto(f"{world.proxy.url}/app/anything")
    assert "/v1/authorize" in person.page.url
    answer = await context.request.get(
        f"{world.proxy.url}/app/anything", headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status == 401
    assert (await answer.json())["message"] == "Unauthorized"


async def test_a_logout_at_the_provider_ends_the_session_also_on_a_second_node(
    context: BrowserContext,
) -> None:
    with (
        redis_server() as redis,
        login_world(
            session_storage="redis",
            redis={"host": "127.0.0.1", "port": redis.port},
            backchannel_logout_uri="http://127.0.0.1:8000/app/backchannel-logout",
        ) as world,
    ):
        app = world.idp.get("/api/v1/apps/demo-app").json()
        app["gatepost"]["backchannel_logout_uri"] = f"{world.proxy.url}/app/backchannel-logout"
        answer = world.idp.send(
            "PUT",
            "/api/v1/apps/demo-app",
            json.dumps(app).encode(),
            {"Content-Type": "application/json"},
        )
        assert answer.status == 200, answer.body
        second = world.second_node()
        page = (await watched(context)).page
        await page.goto(f"{world.proxy.url}/app/anything")
        await sign_in(page)
        for node in (world.proxy, second.proxy, second.proxy):  # twice: then nginx remembers it
            await page.goto(f"{node.url}/app/anything")
            assert (await arrived(page, f"{node.url}/app/anything"))["x-user"] == "alice"
        world.secrets |= {one["value"] for one in await context.cookies()}
        ended = await context.request.delete(f"{world.idp.url}/api/v1/users/alice/sessions")
        assert ended.status in (200, 204)
        await page.goto(f"{world.proxy.url}/app/anything")
        assert await page.get_by_label("Password").is_visible()
        url = f"{second.proxy.url}/app/anything"
        for _ in range(20):  # another node hears of it within moments
            await page.goto(url)
            if page.url != url:
                break
            await asyncio.sleep(0.1)
        assert await page.get_by_label("Password").is_visible()
