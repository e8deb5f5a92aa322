"""Pages about nodes, callers and settings, in a real browser: joining, copying, files, dialogs."""

import asyncio
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_visit import Seen, faults, tab
from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane
from tests.unit.console.pem import pair

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

NASTY = "<img src=x onerror=\"document.title='taken over'\">"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with control_plane() as admin, console(f"http://127.0.0.1:{admin.port}") as one:
        yield one, admin


async def test_a_node_joins_with_the_command_that_is_shown(
    chromium: Browser, world: tuple[Console, Admin], tmp_path: Path
) -> None:
    one, _ = world
    async with tab(chromium, one.url) as seen:
        page = seen.page
        await seen.open("/nodes/new")
        await page.get_by_role("button", name="Make a token").click()
        copy = page.get_by_role("button", name="Copy At a shell")
        command = shlex.split(await copy.first.get_attribute("data-copy") or "")
        await expect(page.get_by_text("Waiting for the node…")).to_be_visible()
        assert await faults(page) == []
        where = ["--prefix", str(tmp_path), "--proxy", "127.0.0.1:0", "--proxy-ssl", "off"]
        where += ["--status", "127.0.0.1:0", "--workers", "1"]
        quiet = asyncio.subprocess.DEVNULL
        node = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, *where, stdout=quiet, stderr=quiet
        )
        try:
            await expect(page.get_by_text("is here and in sync.")).to_be_visible()
            await page.locator(".gp-wait a").click()
            await expect(page.get_by_text("the same as here")).to_be_visible()
            await seen.settled()
            assert await faults(page) == []
        finally:
            node.terminate()
            await node.wait()
        seen.clean()


async def consumer(seen: Seen) -> None:
    """Add a consumer with a key, on a narrow screen."""
    page = seen.page
    await seen.open("/consumers")
    await page.get_by_role("button", name="Add the first").click()
    assert await faults(page) == []
    await page.get_by_label("Name", exact=True).fill(NASTY)
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NASTY)
    await page.get_by_role("button", name="Add: API key").click()
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_text("shown now and never again")).to_be_visible()
    assert await faults(page) == []
    await page.get_by_role("button", name="I have copied it").click()
    await expect(page.get_by_text("hidden (")).to_be_visible()
    await seen.settled()
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "taken over" not in await page.title()


async def test_a_consumer_and_what_was_done_on_a_narrow_screen(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    one, _ = world
    async with tab(chromium, one.url, theme="dark", width=390) as seen:
        await consumer(seen)
        page = seen.page
        await seen.open("/audit?kind=consumers")
        await page.get_by_role("button", name="Open: create consumers").first.click()
        await expect(page.get_by_role("dialog")).to_contain_text(NASTY)
        assert await faults(page) == []
        assert "taken over" not in await page.title()
        seen.clean()


async def test_a_certificate_is_read_from_files(
    chromium: Browser, world: tuple[Console, Admin], tmp_path: Path
) -> None:
    one, _ = world
    cert, key = pair("api.example", days=12.5)
    (tmp_path / "cert.pem").write_text(cert, encoding="ascii")
    (tmp_path / "key.pem").write_text(key, encoding="ascii")
    async with tab(chromium, one.url) as seen:
        page = seen.page
        await seen.open("/certificates")
        await page.get_by_role("button", name="Add the first").click()
        for place, name in enumerate(("cert.pem", "key.pem")):
            await page.locator("input[type=file]").nth(place).set_input_files(tmp_path / name)
        await expect(page.locator("textarea").nth(1)).to_have_value(key)
        assert await faults(page) == []
        await page.get_by_role("button", name="Add it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("api.example")
        await expect(page.get_by_text("in 12 d")).to_be_visible()
        seen.clean()
