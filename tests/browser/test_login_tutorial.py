"""docs/tutorials/login.md: its commands are typed, and then a person opens the page."""

import pytest

from tests.browser.visit import Watched
from tests.integration.plane_world import PlaneWorld
from tests.integration.test_tutorial_pages import furnished
from tests.integration.written import type_in

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


async def test_a_person_logs_in_stays_logged_in_and_logs_out(person: Watched) -> None:
    with PlaneWorld.start() as world:
        ports = furnished(world)
        type_in("docs/tutorials/login.md", ports)
        page, url = person.page, f"http://127.0.0.1:{ports[8000]}/shop/"
        await page.goto(url)
        assert page.url.startswith(f"{world.issuer}/v1/authorize?")
        await page.get_by_label("Login").fill("alice")
        await page.get_by_label("Password").fill("alice-password")
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(url)
        for _ in range(2):
            shown = await page.inner_text("body")
            assert "Alice Archer" in shown
            assert "alice@example.com" in shown
            await page.reload()
        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_url(f"{world.issuer}/v1/authorize?*")
        assert await page.get_by_label("Password").is_visible(), "the page asks anew"
        assert person.complaints == []
