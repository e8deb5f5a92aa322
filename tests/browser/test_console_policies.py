"""A policy added, tested, found again and switched off, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Dialog, expect

from tests.browser.console_visit import sound, tab
from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

PARTS = ("What you want", "Test the provider", "Everything else", "Name and tags", "As text")


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with control_plane() as admin, console(f"http://127.0.0.1:{admin.port}") as one:
        admin.make("/services", name="orders", url="http://127.0.0.1:1/x")
        admin.make("/services/orders/routes", name="orders", paths=["/orders"])
        yield one, admin


def stored(admin: Admin) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get("/plugins")["data"]
    return found


async def test_a_policy_is_added_and_changed_by_typing(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    one, admin = world
    async with tab(chromium, one.url) as seen:
        page = seen.page
        await seen.open("/policies/new?service=orders")
        await page.get_by_text("Check tokens (JWT) that applications bring").click()
        await page.get_by_label("Issuer *").fill("https://idp.example")
        await page.get_by_label("Audience").fill("api")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Ready to be added.")).to_be_visible()
        await page.get_by_role("button", name="Add the policy").click()
        await page.wait_for_url("**/policies/*-*")
        (made,) = stored(admin)
        assert made["config"]["audience_required"] == ["api"]
        await page.get_by_role("tab", name="Everything else").click()
        await page.get_by_label("Search fields").fill("clocks")
        box = page.get_by_role("spinbutton", name="leeway")
        await box.fill("-1")
        await expect(page.get_by_text("1 thing is missing or wrong")).to_be_visible()
        await box.fill("7")
        await expect(page.get_by_text("1 change not saved")).to_be_visible()
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        page.on("dialog", stay)
        await page.get_by_role("link", name="Policies", exact=True).click()
        await expect(box).to_have_value("7")
        assert asked == ["beforeunload"]
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.").first).to_be_visible()
        assert stored(admin)[0]["config"]["leeway"] == 7
        await page.get_by_role("link", name="Policies", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Policies")
        assert asked == ["beforeunload"], "what is saved is left without a question"
        seen.clean()


async def test_no_part_of_the_form_has_a_serious_fault_or_is_too_wide(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    one, admin = world
    if not stored(admin):
        config = {"issuer": "https://idp.example", "auth_methods": ["bearer"]}
        admin.make("/services/orders/plugins", name="openid-connect", config=config)
    ident = stored(admin)[0]["id"]
    async with tab(chromium, one.url) as seen:
        await seen.open(f"/policies/{ident}")
        for part in PARTS:
            await seen.page.get_by_role("tab", name=part).click()
            await expect(seen.page.get_by_role("tab", name=part)).to_have_attribute(
                "aria-selected", "true"
            )
            if part == "Everything else":
                await seen.page.get_by_label("Search fields").fill("session")
                await expect(seen.page.get_by_text("session_secret").first).to_be_visible()
            # Quasar shows it while a component's script is fetched, and only then
            await expect(seen.page.locator(".q-loading-bar[role=progressbar]")).to_have_count(0)
            await sound(seen)
        seen.clean()
