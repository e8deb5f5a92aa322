"""The console in a real browser, where everything that can be named is named by an enemy."""

import contextlib
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, expect
from playwright.async_api import TimeoutError as TooLate

from gatepost.console.page import found
from tests.browser.console_visit import Seen, tab
from tests.browser.hostile_names import CURLY, IMAGE, Filled, provider
from tests.console_world import Console, console
from tests.integration.plane_world import PlaneWorld

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"
LOADED = "() => !document.querySelector('.gp-live[aria-busy=true]')"
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
        'strange: document.querySelectorAll(\'img[src=x], svg[onload], a[href^="javascript:" i], '
        "[onerror]').length})"
    )
    assert found["pwned"] is None, where
    assert not found["strange"], where
    assert "<" not in found["title"], where
    assert found["wide"] <= found["screen"], f"{where} is {found['wide']} pixels wide"
    assert not seen.outside, (where, seen.outside)
    assert not seen.complaints, (where, seen.complaints)


async def test_pages_show_hostile_texts_as_texts(
    chromium: Browser, world: tuple[Console, Filled]
) -> None:
    one, filled = world
    async with tab(chromium, one.url) as seen:
        kinds: dict[str, list[str]] = {}
        for path in filled.pages:
            kinds.setdefault(path.rpartition("/")[0], []).append(path)
        for path in (*PATHS, *(path for some in kinds.values() for path in some[-2:])):
            await seen.page.set_viewport_size({"width": 1440, "height": 900})
            await seen.open(path)
            await unharmed(seen, path)
            await seen.page.set_viewport_size({"width": 390, "height": 844})
            with contextlib.suppress(TooLate):  # the navigation slides away
                await seen.page.wait_for_function(FITS, timeout=3_000)
            await unharmed(seen, f"{path} on a narrow screen")


OPENS = re.compile(
    "^(Delete|Change|Edit|Rename|Take|Open:|Add|New|As a table|Test the provider|As text|"
    "Everything else|Say where|Give it|Replace$|Turn away|Weight|Switch off|Show what|"
    "Name and tags)"
)
"""Buttons that open dialogs or other views, and change nothing by themselves."""


async def openers(seen: Seen) -> dict[str, int]:
    """Return where on a page such buttons are, one of each kind."""
    names: list[str] = await seen.page.locator("main button").evaluate_all(
        "all => all.map(one => one.disabled ? '' : one.ariaLabel || "
        "[...one.querySelectorAll('.block')].map(b => b.innerText).join('') || '')"
    )
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if OPENS.match(name):
            first.setdefault(name.split()[0], index)
    return first


async def test_dialogs_tell_of_hostile_things_in_text(
    chromium: Browser, world: tuple[Console, Filled]
) -> None:
    one, filled = world
    # of each kind of page one: that of an image, where there is a choice
    each = {path.rpartition("/")[0]: path for path in reversed(filled.pages)}
    opened = 0
    async with tab(chromium, one.url, width=390) as seen:
        for path in (*each.values(), "/policies", "/audit", "/settings/keys"):
            await seen.open(path)
            for name in list(await openers(seen))[:3]:
                index = (await openers(seen)).get(name)
                if index is None:
                    continue
                await seen.page.locator("main button").nth(index).click()
                await seen.page.wait_for_timeout(200)
                # the button that asks stays busy until it is answered
                await seen.page.wait_for_function(LOADED)
                await unharmed(seen, f"{path} after {name}")
                if await seen.page.get_by_role("dialog").count():
                    opened += 1
                    await seen.page.keyboard.press("Escape")
                    await seen.page.wait_for_timeout(250)  # it fades
                    if await seen.page.get_by_role("dialog").count():
                        await seen.open(path)
    assert opened >= 12


async def test_what_is_searched_and_chosen_is_text(
    chromium: Browser, world: tuple[Console, Filled]
) -> None:
    one, _ = world
    async with tab(chromium, one.url, width=390) as seen:
        await seen.open("/")
        for wanted in ("window.pwned", "x" * 300, CURLY):
            await seen.page.get_by_label("Search", exact=True).fill(wanted)
            found = seen.page.locator(".gp-found")
            await expect(found).to_contain_text(re.compile("consumer|Nothing is called|and "))
            await unharmed(seen, f"search for {wanted[:20]}")
        names = ("q", "route", "mark", "consumer", "reason", "status", "new", "service", "scope")
        asked = "&".join(f"{name}={quote(IMAGE + CURLY)}" for name in names)
        for path in ("/traces", "/routes", "/policies/new", "/services", "/consumers"):
            await seen.open(f"{path}?{asked}")
            await unharmed(seen, path)
        await seen.open(f"/?plane={quote(IMAGE + CURLY)}")
        await unharmed(seen, "another control plane")


async def test_a_hostile_provider_is_shown_in_text(
    chromium: Browser, world: tuple[Console, Filled]
) -> None:
    one, filled = world
    async with tab(chromium, one.url, width=390) as seen:
        await seen.open("/settings/issuers")
        await expect(seen.page.get_by_text(filled.issuer).first).to_be_visible()
        await unharmed(seen, "issuers")
        policy = [path for path in filled.pages if path.startswith("/policies/")][1]
        await seen.open(policy)
        await seen.page.get_by_role("tab", name="Test the provider").click()
        await seen.page.get_by_role("button", name="Test").last.click()
        await expect(seen.page.locator(".gp-check").first).to_be_visible()
        await unharmed(seen, "a test of the provider")
