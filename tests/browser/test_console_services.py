"""Services of the console in a real browser: what only a browser does, and what axe finds."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_visit import Seen, faults, tab
from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]
SPEC = "openapi: 3.1.0\ninfo: {title: T}\npaths: {/a: {get: {summary: '<img src=x>'}}}\n"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with control_plane() as admin, console(f"http://127.0.0.1:{admin.port}") as one:
        yield one, admin


async def test_a_service_is_made_described_and_taken_away_and_put_back(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    one, admin = world
    async with tab(chromium, one.url) as seen:
        page = seen.page
        await seen.open("/services")
        await page.get_by_role("button", name="New service").first.click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("Shipping")
        await dialog.get_by_label("Where it runs").fill("http://127.0.0.1:3")
        assert await faults(page) == []
        await dialog.get_by_role("button", name="Make it").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shipping v1")
        await seen.settled()
        await _route(seen)
        await page.get_by_role("button", name="Add a file").click()
        await page.locator("input[type=file]").set_input_files(
            {"name": "x.yaml", "mimeType": "application/yaml", "buffer": SPEC.encode()}
        )
        await expect(page.get_by_role("dialog").get_by_label("Text")).to_have_value(SPEC)
        await page.get_by_role("button", name="Keep it").click()
        await expect(page.get_by_role("region", name="Operations")).to_contain_text("<img src=x>")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download").click()
        assert (await download.value).suggested_filename == "Shipping-v1.openapi.yaml"
        await page.get_by_role("button", name="Delete", exact=True).click()
        await page.get_by_role("button", name="Delete everything").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shipping v1 is deleted")
        assert admin.send("GET", "/services/shipping-v1").status == 404
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Shipping v1")
        assert admin.get("/services/shipping-v1/routes")["data"][0]["paths"] == ["/shipping"]
        seen.clean()


async def _route(seen: Seen) -> None:
    """Make a route; the path is typed, and the button pressed without Enter before it."""
    await seen.page.get_by_role("button", name="New route").first.click()
    dialog = seen.page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Paths").fill("/shipping")
    await dialog.get_by_role("button", name="Make it").click()
    await expect(dialog).to_have_count(0)
    await expect(seen.page.get_by_role("table", name="Routes")).to_contain_text("/shipping")
