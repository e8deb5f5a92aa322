"""People sign in to the console at their own provider: roles by group, and out again."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, expect

from gatepost.idp import Running
from gatepost.values import Secret
from tests.browser.console_visit import Seen, tab
from tests.console_world import Console, console
from tests.integration.admin_world import control_plane
from tests.ports import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


SECRET = "a-secret-of-the-console"


@pytest.fixture
async def entrance(provider: Running) -> AsyncIterator[Console]:
    """A console whose Admin API lets people in by their groups; nobody else may."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    application = provider.provider.world.directory.applications.by_id["demo-app"]
    back = (f"{url}/auth/callback",)
    application.seed = msgspec.structs.replace(application.seed, redirect_uris=back)
    application.secret = Secret(SECRET)
    with (
        control_plane(
            ADMIN_CLOSED="on",
            ADMIN_TOKEN="0123456789abcdef-first",
            ADMIN_OIDC_ISSUER=provider.issuer,
            ADMIN_OIDC_CLIENT_ID="demo-app",
            ADMIN_OIDC_CLIENT_SECRET=SECRET,
            ADMIN_OIDC_URL=url,
            ADMIN_OIDC_ROLES="admin=admins viewer=*",
        ) as admin,
        console(f"http://127.0.0.1:{admin.port}", port=port) as one,
    ):
        yield one


async def sign_in(seen: Seen, login: str) -> None:
    page = seen.page
    await page.goto(f"{seen.url}/settings")
    await page.get_by_role("link", name="Sign in with your provider").click()
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill(f"{login}-password")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{seen.url}/settings")  # back where they wanted to be
    await seen.settled()


async def test_people_sign_in_at_their_provider_with_the_role_of_their_group_and_out_again(
    chromium: Browser, entrance: Console
) -> None:
    async with tab(chromium, entrance.url) as seen:
        page = seen.page
        await sign_in(seen, "alice")
        await page.get_by_role("button", name=re.compile("admin$")).click()
        await expect(page.get_by_text("alice, admin, by login")).to_be_visible()
        cookies = {one["name"]: one for one in await page.context.cookies(entrance.url)}
        assert cookies["gatepost_admin"]["httpOnly"]
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/enter")
        await page.goto(f"{entrance.url}/settings")
        await page.wait_for_url("**/enter?to=%2Fsettings")
    async with tab(chromium, entrance.url) as seen:
        await sign_in(seen, "bob")
        button = seen.page.get_by_role("button", name="Make a control plane")
        await expect(button).to_be_disabled()
        await expect(seen.page.get_by_role("button", name=re.compile("viewer$"))).to_be_visible()
