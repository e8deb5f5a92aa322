"""The console in a real browser: what it asked for, what it complained about, what axe finds."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Request, expect

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
expect.set_options(timeout=20_000)  # a page asks every 5 s at the most, and machines are busy


@dataclass
class Seen:
    """One tab at a console. url: of the console. outside: requests that went anywhere else."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", self.url.replace("http", "ws"))):
            self.outside.append(request.url)

    async def open(self, path: str) -> None:
        """Open a page and wait until nothing on it is being fetched."""
        await self.page.goto(self.url + path)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the page is connected and every part of it is there."""
        await self.page.wait_for_function(
            "() => document.querySelector('.gp-main, form') && "
            "!document.querySelector('.gp-live[aria-busy=true]') && "
            # a button that opened a dialog is under way for as long as that is open
            "(document.querySelector('.q-dialog') || "
            "!document.querySelector('.q-btn__content--hidden')) && "
            "(!window.socket || window.socket.connected)"
        )

    def clean(self) -> None:
        """Fail when something was asked of elsewhere, or the browser had something to say."""
        assert not self.outside, self.outside
        assert not self.complaints, self.complaints


@contextlib.asynccontextmanager
async def tab(
    chromium: Browser, url: str, *, theme: str = "light", width: int = 1440, cookie: str = ""
) -> AsyncIterator[Seen]:
    """Open a tab of its own. cookie: ``name=value`` that it has from the beginning."""
    context: BrowserContext = await chromium.new_context(
        viewport={"width": width, "height": 900 if width > 600 else 844},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",  # what fades is neither there nor gone
    )
    context.set_default_timeout(30_000)
    if cookie:
        name, _, value = cookie.partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": url}])
    page = await context.new_page()
    seen = Seen(page, url)
    page.on("request", seen.note)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            seen.complaints.append(said.text) if said.type in ("error", "warning") else None
        ),
    )
    try:
        yield seen
    finally:
        await context.close()


async def faults(page: Page) -> list[str]:
    """Return what axe finds that is serious, each with the element that it is about."""
    if not await page.evaluate("() => 'axe' in window"):
        # axe's own script is brought by the test; the page's policy would not let it in
        source = json.dumps(AXE.read_text(encoding="utf-8"))
        await page.evaluate(f"() => {{ new Function({source}).call(window); }}")
    found: dict[str, Any] = await page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], preload: false, "
        "rules: {'color-contrast': {enabled: true}}})"
    )
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['target']}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


async def sound(seen: Seen) -> None:
    """Fail for what axe finds serious on this page and for a page that is wider than its screen:
    in light at a desk, and in dark on a telephone. A page is looked at twice and loaded once.
    """
    page = seen.page
    for theme, (width, height) in (("light", (1440, 900)), ("dark", (390, 844))):
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_selector(f".body--{theme}, [action='/enter']")
        found = await faults(page)
        assert found == [], f"{page.url}, {theme}: {found}"
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} pixels wide"
