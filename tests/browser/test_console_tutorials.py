"""The four tutorials, through the console alone: from an empty control plane to group access.

What is done at the provider itself (registering a web application) is done there, over its API, as
somebody would in its own console.
"""

import re
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.console_visit import Seen, tab
from tests.console_world import Console, console
from tests.integration.plane_world import PlaneWorld
from tests.integration.world import Client

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


@dataclass
class Stage:
    """An empty control plane with its console. proxy: of the node, once it has joined."""

    plane: PlaneWorld
    console: Console
    proxy: Client | None = None

    @property
    def url(self) -> str:
        assert self.proxy is not None
        return self.proxy.url


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with PlaneWorld.start() as plane, console(f"http://127.0.0.1:{plane.admin_port}") as one:
        yield Stage(plane, one)


@pytest.fixture
async def seen(chromium: Browser, stage: Stage) -> AsyncIterator[Seen]:
    async with tab(chromium, stage.console.url) as one:
        yield one
        one.clean()


async def node_joins(seen: Seen, stage: Stage) -> None:
    """Add a data plane with the command that the console shows, unless there is one."""
    if stage.proxy is not None:
        return
    page, world = seen.page, stage.plane.world
    await seen.open("/nodes")
    await page.get_by_role("link", name=re.compile("^Add")).first.click()
    await page.get_by_role("button", name="Make a token").click()
    copy = page.get_by_role("button", name="Copy At a shell").first
    command = shlex.split(await copy.get_attribute("data-copy") or "")
    world.secrets |= {word for word in command if word.startswith("gpn_")}
    world.environment["GATEPOST_REPORT_EVERY"] = "1s"
    process = world.spawn(
        "node", *command[1:], "--prefix", str(world.directory / "node"),
        "--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
        "--workers", "1", "--drain", "1s",
    )  # fmt: skip
    await expect(page.get_by_text("is here and in sync.")).to_be_visible()
    places = dict(word.split("=", 1) for word in process.ready().split()[1:])
    stage.proxy = Client(places["proxy"])


async def service(seen: Seen, stage: Stage, name: str) -> None:
    """Make a service with a version and a first route; end at the page of the version."""
    page = seen.page
    await seen.open("/services")
    await page.get_by_role("button", name="New service").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(name.capitalize())
    await dialog.get_by_label("Where it runs").fill(stage.plane.echo)
    await dialog.get_by_label("First route (path)").fill(f"/{name}")
    await dialog.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"{name.capitalize()} v1")
    await seen.settled()


async def at_route(seen: Seen, name: str) -> Locator:
    """Open the page of the route of a service; return its link in the table of the version."""
    row = seen.page.get_by_role("table", name="Routes").get_by_role("row", name=f"/{name}")
    link = row.get_by_role("link").first
    await link.click()
    await expect(seen.page.get_by_role("heading", name="What it takes")).to_be_visible()
    await seen.settled()
    return link


async def policy(seen: Seen, way: str, issuer: str, **answers: str) -> None:
    """Begin a policy from what is wanted; answers: by the begin of a field's label."""
    page = seen.page
    await (
        page.get_by_role("link", name="Add a policy")
        .or_(page.get_by_role("button", name="Add a policy"))
        .first.click()
    )
    await page.get_by_text(way, exact=True).click()
    await page.get_by_label("Issuer *").fill(issuer)
    for label, value in answers.items():
        box = page.get_by_label(label.replace("_", " ")).first
        for word in value.split("|"):
            await box.fill(word)
            await box.press("Enter")


async def tell_upstream(page: Page, claim: str, header: str) -> None:
    """Send a claim along as a header."""
    if not await page.get_by_label("Claim", exact=True).count():
        more = page.get_by_role("button", name=re.compile("header|claim", re.IGNORECASE))
        await more.first.click()
    await page.get_by_label("Claim", exact=True).last.fill(claim)
    await page.get_by_label("Header", exact=True).last.fill(header)
    await page.get_by_label("Header", exact=True).last.press("Tab")


async def save(seen: Seen) -> None:
    """Add the policy, and wait until every node has it."""
    page = seen.page
    await page.get_by_role("button", name="Add the policy").click()
    await page.wait_for_url(re.compile(r"/policies/[0-9a-f-]{36}$"))
    await seen.open("/nodes")
    await expect(page.get_by_text("1 in sync")).to_be_visible()


async def try_it(seen: Seen, name: str) -> None:
    """Open Try it with the route of that name chosen."""
    page = seen.page
    await seen.open("/try")
    await page.get_by_label("Route").first.fill(name)
    await page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    await expect(page.get_by_label("Path and query")).to_have_value(re.compile(f"^/{name}"))


async def credential(page: Page, way: str) -> None:
    """Choose which credential goes with the request."""
    await page.get_by_role("combobox", name="Which credential goes with the request").click()
    await page.get_by_role("option", name=way).click()


async def sent(page: Page, status: str, button: str = "Send") -> None:
    """Send, and wait for the answer."""
    await page.get_by_role("button", name=button, exact=True).first.click()
    await expect(page.locator(".gp-try-status")).to_have_text(status)


async def client(page: Page, ident: str) -> None:
    """Fill in an application of the provider."""
    await page.get_by_label("Client id *").fill(ident)
    await page.get_by_label("Client secret").first.fill(f"{ident}-secret")


async def part(page: Page, name: str) -> None:
    """Open a tab."""
    await page.get_by_role("tab", name=name, exact=True).click()


async def test_client_credentials(seen: Seen, stage: Stage) -> None:
    page = seen.page
    await node_joins(seen, stage)
    await service(seen, stage, "payments")
    await try_it(seen, "payments")
    await sent(page, "200")  # no policy: everybody may

    await seen.open("/services")
    await page.get_by_role("link", name="Payments").first.click()
    await page.get_by_role("link", name="v1").first.click()
    await at_route(seen, "payments")
    await policy(
        seen,
        "Let applications in with client credentials",
        stage.plane.issuer,
        Scopes_to_ask_for="read",
    )
    await tell_upstream(page, "iss", "Issuer-Header")
    await save(seen)

    await try_it(seen, "payments")
    await sent(page, "401")
    await credential(page, "Id and secret to the gateway")
    await client(page, "tutorial-jwt")
    await page.get_by_role("button", name="Use them").click()
    await sent(page, "200")
    await part(page, "At the upstream")
    await expect(page.get_by_text("Issuer-Header").first).to_be_visible()
    await expect(page.get_by_text(stage.plane.issuer).first).to_be_visible()
    await credential(page, "Client credentials")
    await client(page, "tutorial-jwt")
    await page.get_by_role("button", name="Get a token").click()
    await expect(page.get_by_text("signature good")).to_be_visible()
    await expect(page.get_by_role("cell", name="tutorials", exact=True)).to_be_visible()


async def test_people_log_in_with_a_browser(seen: Seen, stage: Stage) -> None:
    page = seen.page
    await node_joins(seen, stage)
    back = f"{stage.url}/shop/callback"
    client_ = {
        "application_type": "web", "grant_types": ["authorization_code"], "redirect_uris": [back],
    }  # fmt: skip
    registered = stage.plane.world.idp.post_json(
        "/api/v1/apps",
        {
            "label": "Shop",
            "credentials": {"oauthClient": {"client_id": "shop", "client_secret": "shop-secret"}},
            "settings": {"oauthClient": client_},
            "gatepost": {"scopes": ["openid", "profile", "email"]},
        },
    )
    assert registered.status == 200, registered.body
    await service(seen, stage, "shop")
    await at_route(seen, "shop")
    await policy(
        seen,
        "Let people log in with a browser",
        stage.plane.issuer,
        Client_ID_of_the_gateway="shop",
        Client_secret_of_the_gateway="shop-secret",
        Redirect_URI=back,
        Session_secret="thirty-two-characters-or-more-of-chance",
        Scopes_to_ask_for="profile|email",
    )
    await tell_upstream(page, "name", "X-Name")
    await save(seen)
    person = await page.context.new_page()
    await person.goto(f"{stage.url}/shop/")
    await person.get_by_label("Login").fill("alice")
    await person.get_by_label("Password").fill("alice-password")
    await person.get_by_role("button", name="Sign in").click()
    await person.wait_for_url(f"{stage.url}/shop/**")
    await expect(person.get_by_text("X-Name")).to_be_visible()
    await expect(person.get_by_text("Alice").first).to_be_visible()
    await seen.open("/traces")
    await expect(page.get_by_role("link", name="GET /shop/").first).to_be_visible()


async def test_introspection_and_an_application_that_is_switched_off(
    seen: Seen, stage: Stage
) -> None:
    page = seen.page
    await node_joins(seen, stage)
    await service(seen, stage, "stock")
    await at_route(seen, "stock")
    await policy(
        seen,
        "Check tokens by introspection",
        stage.plane.issuer,
        Client_ID_of_the_gateway="gateway",
        Client_secret_of_the_gateway="gateway-secret",
    )
    await part(page, "Everything else")
    await page.get_by_label("Search fields").fill("cache_introspection")
    await page.get_by_role("switch", name="cache_introspection").click()
    await save(seen)
    await try_it(seen, "stock")
    await credential(page, "Client credentials")
    await client(page, "tutorial-opaque")
    await page.get_by_role("button", name="Get a token").click()
    await expect(page.get_by_role("tab", name="What it says")).to_have_attribute(
        "aria-selected", "true"
    )
    await sent(page, "200")
    await part(page, "Take it back")
    await page.get_by_role("button", name="Deactivate the application").click()
    yes = page.get_by_role("dialog").get_by_role("button", name=re.compile("Deactivate"))
    await yes.click()
    await expect(page.get_by_text("Now send again.")).to_be_visible()
    await sent(page, "401", "Send again")
    await seen.open("/traces?outcome=refused")
    await page.get_by_role("link", name="GET /stock").first.click()
    await expect(page.get_by_role("heading", name="Refused with 401")).to_be_visible()
    await expect(page.get_by_text("inactive").first).to_be_visible()
    await expect(page.get_by_text("What to do:")).to_be_visible()


async def test_access_by_group(seen: Seen, stage: Stage) -> None:
    page = seen.page
    await node_joins(seen, stage)
    await service(seen, stage, "salaries")
    await at_route(seen, "salaries")
    await policy(
        seen, "Check tokens (JWT) that applications bring", stage.plane.issuer, Groups="admins"
    )
    await save(seen)
    for name, status in (("alice", "200"), ("bob", "403")):
        await try_it(seen, "salaries")
        await credential(page, "Password")
        await page.get_by_label("Name at the provider *").fill(name)
        await client(page, "demo-app")
        await page.get_by_label("Scopes, with spaces between them").fill("openid groups")
        await page.get_by_label("Password *").first.fill(f"{name}-password")
        await page.get_by_role("button", name="Get a token").click()
        await expect(page.get_by_text("signature good")).to_be_visible()
        await sent(page, status)
    await expect(page.get_by_role("heading", name="Refused with 403")).to_be_visible()
    await expect(page.get_by_text("admins").first).to_be_visible()
