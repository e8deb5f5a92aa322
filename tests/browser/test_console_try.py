"""Trying a route in a real browser: token, request, answer, what if, a login in another tab."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from gatepost.console.collection import read
from tests.browser.console_visit import Seen, faults, tab
from tests.console_world import Console, console
from tests.integration.trying_world import Trying, trying_world

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.anyio]


@pytest.fixture(scope="module")
def world() -> Iterator[Trying]:
    with trying_world() as running:
        yield running


@pytest.fixture(scope="module")
def served(world: Trying) -> Iterator[Console]:
    with console(f"http://127.0.0.1:{world.plane.admin_port}") as running:
        yield running


@pytest.fixture
async def seen(chromium: Browser, served: Console, world: Trying) -> AsyncIterator[Seen]:
    async with tab(chromium, served.url) as one:
        (route,) = [
            found["id"]
            for found in world.plane.admin.get("/routes")["data"]
            if found["name"] == "jwt"
        ]
        await one.open(f"/try?route={route}")
        yield one


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name, exact=True).click()


async def get_token(page: Page) -> None:
    await page.get_by_label("Client id *").fill("tutorial-jwt")
    await page.get_by_label("Client secret").first.fill("tutorial-jwt-secret")
    await page.get_by_role("button", name="Get a token").click()
    await expect(page.get_by_text("signature good")).to_be_visible()


async def send(page: Page, status: str) -> None:
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".gp-try-status")).to_have_text(status)


async def test_from_a_token_to_the_answer_and_back_to_a_refusal(
    seen: Seen, world: Trying, tmp_path: Path
) -> None:
    page = seen.page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    await get_token(page)
    await page.get_by_label("Path and query").fill("/jwt/anything?colour=blue")
    await send(page, "200")
    await expect(page.get_by_role("heading", name="Let through to api")).to_be_visible()
    await expect(page.get_by_text('"colour": "blue"')).to_be_visible()
    await choose(page, "At the upstream")
    await expect(page.get_by_text("X-Credential-Identifier").first).to_be_visible()
    first = await page.get_by_role("timer").inner_text()
    await expect(page.get_by_role("timer")).not_to_have_text(first)
    assert await faults(page) == []

    await choose(page, "Collection")
    await page.get_by_role("button", name="Add this request").click()
    async with page.expect_download() as coming:
        await page.get_by_role("button", name="Save for Insomnia").click()
    file = tmp_path / "saved.json"
    await (await coming.value).save_as(file)
    written = file.read_text(encoding="utf-8")
    assert "tutorial-jwt-secret" not in written
    (call,) = read(written).calls
    assert (call.path, call.way) == ("/jwt/anything?colour=blue", "chained")
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("1 requests are in it.")).to_be_visible()

    await choose(page, "Take it back")
    await page.get_by_role("button", name="Revoke this token").click()
    await expect(page.get_by_text("Now send again.")).to_be_visible()
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator(".gp-try-status")).to_have_text("401")
    await expect(page.get_by_text("credential.revoked").first).to_be_visible()

    assert not [url for url in asked if "eyJ" in url or "secret" in url]
    kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "eyJ" not in kept + await page.title() + page.url
    seen.clean()


async def test_what_another_scope_would_do_is_shown_without_sending(seen: Seen) -> None:
    page = seen.page
    await get_token(page)
    await page.get_by_role("button", name="Take the token's claims").click()
    rows = page.locator(".gp-try-claim")
    await expect(rows.first).to_be_visible()
    for place in range(await rows.count()):
        name, value = rows.nth(place).locator("input").first, rows.nth(place).locator("input").last
        if await name.input_value() in {"scope", "scp"}:
            await value.fill('["write"]')
    await page.get_by_role("button", name="See the decision").click()
    await expect(page.get_by_text("It would be refused with 403, scopes.missing.")).to_be_visible()
    await expect(page.locator(".gp-try-status")).to_have_count(0)
    seen.clean()


async def test_a_person_logs_in_in_another_tab_and_the_page_has_the_token(seen: Seen) -> None:
    page = seen.page
    await page.get_by_role("combobox", name="Which credential goes with the request").click()
    await page.get_by_role("option", name="Browser login").click()
    await expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    await page.get_by_label("Client id *").fill("demo-app")
    await page.get_by_label("Client secret").first.fill("demo-app-secret")
    async with page.context.expect_page() as coming:
        await page.get_by_role("button", name="Log in", exact=True).click()
        there = page.get_by_role("link", name="Open the login at the provider")
        await expect(there).to_be_visible()
        await page.wait_for_timeout(1000)
        if len(page.context.pages) == 1:  # a browser opens no tab so long after the click
            await there.click()
    other = await coming.value
    await other.locator("input[name=login]").fill("alice")
    await other.locator("input[name=password]").fill("alice-password")
    await other.locator("button[type=submit]").first.click()
    await expect(page.get_by_text("Groups of whom it is about")).to_be_visible()
    await expect(page.get_by_role("cell", name="alice", exact=True)).to_be_visible()
    await send(page, "200")
    forged = await page.context.new_page()
    await forged.goto(f"{seen.url}/try/callback?code=x&state=of-somebody")
    await expect(forged.get_by_text("No page here waits for this login")).to_be_visible()
    await expect(forged).to_have_url(f"{seen.url}/try/callback")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_fits_a_telephone_and_can_be_read(
    theme: str, chromium: Browser, served: Console
) -> None:
    async with tab(chromium, served.url, theme=theme, width=390) as one:
        await one.open("/try")
        wide = await one.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        assert await faults(one.page) == []
        one.clean()
