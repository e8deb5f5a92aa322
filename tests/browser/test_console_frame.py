"""What stands around every page of the console, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from gatepost.console.page import found
from tests.browser.console_visit import sound, tab
from tests.console_world import Console, console
from tests.faults.door import Door
from tests.integration.admin_world import Admin, control_plane
from tests.unit.console.hands import HOSTILE
from tests.unit.console.pem import pair

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

SPEC = "openapi: 3.1.0\ninfo: {title: T}\npaths: {/a: {get: {summary: '<img src=x>'}}}\n"
DOCUMENT = "# Read\n\n<img src=x onerror=document.title='hacked'>\n\n[x](javascript:alert(1))\n"
ELSEWHERE = {"/nodes/{node}", "/traces/{trace}"}
"""Pages of what only a node makes: test_console_rest.py and test_console_traces.py look at them."""


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with control_plane() as admin, console(f"http://127.0.0.1:{admin.port}") as one:
        yield one, admin


@pytest.fixture(scope="module")
def entities(world: tuple[Console, Admin]) -> dict[str, str]:
    """One of each kind that has a page, by the name of its id in the page's path."""
    make = world[1].make
    package = make("/service-packages", name=HOSTILE, description=HOSTILE, document=DOCUMENT)
    service = make("/services", name="orders", url="http://127.0.0.1:1/x")
    version = make(
        "/service-versions", version="v1", service_package={"id": package["id"]},
        service={"id": service["id"]}, spec=SPEC, document=DOCUMENT,
    )  # fmt: skip
    config = {"issuer": "https://idp.example", "auth_methods": ["bearer"]}
    upstream = make("/upstreams", name="many")
    make("/upstreams/many/targets", target="127.0.0.1:1")
    consumer = make("/consumers", username=HOSTILE)
    make(f"/consumers/{consumer['id']}/acls", group=HOSTILE)
    group = make("/consumer_groups", name="partners")
    cert, key = pair("api.example", days=12.5)
    found = {
        "package": package,
        "version": version,
        "service": make("/services", name="loose", url="http://127.0.0.1:2"),
        "route": make("/services/orders/routes", name="orders", paths=["/orders"]),
        "policy": make("/services/orders/plugins", name="openid-connect", config=config),
        "upstream": upstream,
        "consumer": consumer,
        "group": group,
        "certificate": make("/certificates", cert=cert, key=key, snis=["api.example"]),
        "authority": make("/ca_certificates", cert=pair(HOSTILE, ca=True)[0]),
    }
    return {name: str(one["id"]) for name, one in found.items()}


@pytest.fixture(scope="module")
def away(world: tuple[Console, Admin]) -> Iterator[tuple[Console, Door]]:
    """A console whose way to the Admin API is a door that can be shut."""
    _, admin = world
    with Door() as door:
        door.target = admin.port
        with console(f"http://127.0.0.1:{door.port}") as one:
            yield one, door


async def test_no_page_has_a_serious_fault_asks_elsewhere_or_breaks_its_own_policy(
    chromium: Browser, world: tuple[Console, Admin], entities: dict[str, str]
) -> None:
    paths = [page.path for page in found() if page.path not in ELSEWHERE]
    async with tab(chromium, world[0].url) as seen:
        for path in (*paths, "/enter"):
            await seen.open(path.format(**entities))
            await sound(seen)
            assert "hacked" not in await seen.page.title()
        seen.clean()


async def test_keys_search_and_open_pages(chromium: Browser, world: tuple[Console, Admin]) -> None:
    one, _ = world
    async with tab(chromium, one.url) as seen:
        await seen.open("/")
        await seen.page.keyboard.press("Tab")
        await expect(seen.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        await seen.page.keyboard.press("?")
        await expect(seen.page.get_by_role("dialog")).to_contain_text("search")
        await seen.page.keyboard.press("Escape")
        await expect(seen.page.get_by_role("dialog")).to_have_count(0)
        await seen.page.keyboard.press("/")
        await expect(seen.page.get_by_label("Search")).to_be_focused()
        seen.clean()


async def test_the_navigation_is_there_at_a_desk_and_comes_when_it_is_asked_for_on_a_telephone(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    async with tab(chromium, world[0].url) as seen:
        await seen.open("/")
        entry = seen.page.get_by_role("link", name="Audit log")
        await expect(entry).to_be_in_viewport()
        await seen.page.set_viewport_size({"width": 390, "height": 844})
        await expect(entry).not_to_be_in_viewport()
        for _ in range(2):
            await seen.page.get_by_role("button", name="Navigation").click()
            await expect(entry).to_be_in_viewport()
            await seen.page.mouse.click(385, 500)
            await expect(entry).not_to_be_in_viewport()
    async with tab(chromium, world[0].url, width=390) as seen:
        await seen.open("/")
        await expect(seen.page.get_by_role("link", name="Audit log")).not_to_be_in_viewport()
        await seen.page.get_by_role("button", name="Navigation").click()
        await expect(seen.page.get_by_role("link", name="Audit log")).to_be_in_viewport()


async def test_light_and_dark_are_chosen_and_stay_chosen(
    chromium: Browser, world: tuple[Console, Admin]
) -> None:
    one, _ = world
    async with tab(chromium, one.url, theme="light") as seen:
        await seen.open("/")
        await expect(seen.page.locator("body")).to_have_class(re.compile("body--light"))
        await seen.page.get_by_label("Light or dark").click()
        await expect(seen.page.locator("body")).to_have_class(re.compile("body--dark"))
        await seen.open("/")
        await expect(seen.page.locator("body")).to_have_class(re.compile("body--dark"))


async def test_a_control_plane_that_is_away_is_told_and_the_page_comes_back_by_itself(
    chromium: Browser, away: tuple[Console, Door]
) -> None:
    one, door = away
    async with tab(chromium, one.url) as seen:
        await seen.open("/")
        door.shut()
        await expect(seen.page.get_by_role("alert")).to_contain_text("does not answer")
        await expect(seen.page.get_by_role("alert")).to_contain_text("Trying again")
        door.open()
        await expect(seen.page.get_by_role("alert")).to_have_count(0)
        door.shut()
        await seen.page.goto(one.url + "/")
        title = seen.page.get_by_role("heading", level=1)
        await expect(title).to_have_text("The control plane does not answer")
        door.open()
        await expect(title).to_have_text("Overview")


async def test_an_answer_that_does_not_come_leaves_the_page_usable(
    chromium: Browser, away: tuple[Console, Door]
) -> None:
    one, door = away
    async with tab(chromium, one.url) as seen:
        await seen.open("/")
        door.swallow()
        await seen.page.get_by_label("Search").fill("orders")
        await seen.page.get_by_label("Light or dark").click()
        await expect(seen.page.locator("body")).to_have_class(re.compile("body--dark"))
        door.open()
        await expect(seen.page.get_by_role("alert")).to_have_count(0)


async def test_a_token_that_was_revoked_while_a_page_is_open_is_told_and_one_comes_back_to_it(
    chromium: Browser,
) -> None:
    first = "0123456789abcdef-first"
    with (
        control_plane(ADMIN_CLOSED="on", ADMIN_TOKEN=first) as admin,
        console(f"http://127.0.0.1:{admin.port}") as one,
    ):
        bearer = {"Authorization": f"Bearer {first}"}
        made = admin.json("POST", "/tokens", {"name": "ann", "role": "viewer"}, **bearer).json()
        async with tab(chromium, one.url) as seen:
            await seen.page.goto(one.url + "/?x=1")
            await seen.page.get_by_label("Token of the Admin API").fill(made["token"])
            await seen.page.get_by_role("button", name="Sign in").click()
            await expect(seen.page.get_by_role("heading", level=1)).to_have_text("Overview")
            assert made["token"] not in await seen.page.content()
            admin.json("DELETE", f"/tokens/{made['id']}", **bearer)
            dialog = seen.page.get_by_role("dialog")
            await expect(dialog).to_contain_text("You are signed out")
            await dialog.get_by_role("button", name="Sign in").click()
            await expect(seen.page.get_by_label("Token of the Admin API")).to_be_visible()
            await seen.page.get_by_label("Token of the Admin API").fill(first)
            await seen.page.get_by_role("button", name="Sign in").click()
            await expect(seen.page).to_have_url(re.compile(r"/\?x=1$"))
