"""The console in a real browser, where everything that can be named is named by an enemy."""

import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, expect

from gatepost.console.page import found
from tests.browser.console_visit import Seen, tab
from tests.browser.hostile_names import CURLY, IMAGE, SCRIPT, Filled, provider
from tests.console_world import Console, console
from tests.integration.plane_world import PlaneWorld

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

PATHS = [one.path for one in found() if "{" not in one.path]


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Filled]]:
    with PlaneWorld.start() as plane, provider() as issuer:
        filled = Filled(plane, issuer)
        filled.all()
        filled.call(plane.node())
        with console(f"http://127.0.0.1:{plane.admin_port}") as one:
            yield one, filled


async def unharmed(seen: Seen, where: str) -> None:
    """Fail when anything that is shown did anything."""
    found = await seen.page.evaluate(
        "() => ({pwned: window.pwned, wide: document.documentElement.scrollWidth, "
        "screen: window.innerWidth, title: document.title, "
        "strange: document.querySelectorAll('img[src=x], svg[onload], a[href^=\"javascript:\" i], "
        "[onerror]').length})"
    )
    assert found["pwned"] is None, where
    assert not found["strange"], where
    assert "<" not in found["title"], where
    assert found["wide"] <= found["screen"], f"{where} is {found['wide']} pixels wide"
    assert not seen.outside, (where, seen.outside)
    assert not seen.complaints, (where, seen.complaints)


@pytest.mark.parametrize("width", [1440, 390])
async def test_pages_show_hostile_texts_as_texts(
    chromium: Browser, world: tuple[Console, Filled], width: int
) -> None:
    one, filled = world
    async with tab(chromium, one.url, width=width) as seen:
        for path in (*PATHS, *filled.pages):
            await seen.open(path)
            await unharmed(seen, path)
