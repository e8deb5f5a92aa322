"""Traces in a real browser, of requests that a real node decided."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, expect

from tests.browser.console_visit import sound, tab
from tests.console_world import Console, console
from tests.integration.plane_world import PlaneNode, PlaneWorld, until

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


@dataclass
class World:
    plane: PlaneWorld
    node: PlaneNode
    console: Console

    def call(self, path: str, token: str | None = None) -> str:
        """Send a request with a mark and return the mark, once its trace is there."""
        mark = uuid.uuid4().hex
        self.node.get(path, token=token, **{"Gatepost-Trace": mark})
        until(lambda: self.traces(mark=mark)[:1], "the trace is there")
        return mark

    def traces(self, **query: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.plane.admin.get("/traces", **query)["data"]
        return [one for one in found if one["seconds"] is not None]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with PlaneWorld.start() as plane:
        made = plane.admin.make
        made("/services", name="shop", url=plane.echo)
        for name, more in (("plain", {}), ("orders", {"audience_required": ["orders"]})):
            made("/services/shop/routes", name=name, paths=[f"/{name}"])
            config = {"issuer": plane.issuer, "auth_methods": ["bearer"], **more}
            made(f"/routes/{name}/plugins", name="openid-connect", config=config)
        node = plane.node()
        until(lambda: node.get("/orders").status == 401, "the policy is live")
        with console(f"http://127.0.0.1:{plane.admin_port}") as one:
            yield World(plane, node, one)


async def test_a_call_appears_by_itself_and_its_story_says_why_it_was_refused(
    chromium: Browser, world: World
) -> None:
    token = world.plane.jwt()
    async with tab(chromium, world.console.url) as seen:
        await seen.open("/traces?outcome=refused")
        world.call("/orders/42", token)
        row = seen.page.get_by_role("row", name="GET /orders/42")
        await expect(row).to_contain_text("403 refused")
        await expect(row).to_contain_text("orders")
        await sound(seen)
        await row.get_by_role("link", name="GET /orders/42").click()
        await seen.settled()
        said = seen.page.get_by_text(
            "The token's aud is api://default, but this route wants orders."
        )
        await expect(said.first).to_be_visible()
        lines = seen.page.get_by_role("listitem").filter(has_text="Caller to Gateway:")
        await expect(lines).to_contain_text("GET /orders/42")
        await expect(seen.page.get_by_role("link", name="orders", exact=True)).to_be_visible()
        assert token not in await seen.page.content()
        await sound(seen)
        seen.clean()


async def test_one_that_was_let_through_is_drawn_at_any_width(
    chromium: Browser, world: World
) -> None:
    (trace, *_) = world.traces(mark=world.call("/plain/headers", world.plane.jwt()))
    async with tab(chromium, world.console.url) as seen:
        await seen.open(f"/traces/{trace['id']}")
        await expect(seen.page.get_by_role("heading", name="Let through to shop")).to_be_visible()
        for width in (1440, 390):
            await seen.page.set_viewport_size({"width": width, "height": 844})
            box = await seen.page.get_by_text("Gateway to API:").bounding_box()
            assert box is not None
            assert (box["width"] > 20) == (width < 600)  # words take the place of arrows
        await sound(seen)
        seen.clean()


async def test_filters_stand_in_the_address_and_what_is_read_stays_while_it_is_paused(
    chromium: Browser, world: World
) -> None:
    world.call("/plain/first")
    async with tab(chromium, world.console.url) as seen:
        page = seen.page
        await seen.open("/traces")
        await page.get_by_label("Route: name or path").fill("plain")
        await page.locator(".gp-pick").first.click()
        await expect(page).to_have_url(re.compile(r"\?route=[0-9a-f-]{36}$"))
        await page.get_by_label("Status").fill("401")
        await expect(page).to_have_url(re.compile(r"status=401"))
        await expect(page.get_by_role("link", name="GET /plain/first")).to_be_visible()
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("status").filter(has_text="Paused")).to_be_visible()
        world.call("/plain/second")
        await page.reload()  # a page that is opened anew is live
        await seen.settled()
        await expect(page.get_by_role("link", name="GET /plain/second")).to_be_visible()
        await expect(page.get_by_label("Route: name or path")).to_have_value("plain")
        first = page.get_by_role("link", name="GET /plain/first")
        await first.focus()
        world.call("/plain/third")
        await expect(page.get_by_role("link", name="GET /plain/third")).to_be_visible()
        await expect(first).to_be_focused()
        seen.clean()
