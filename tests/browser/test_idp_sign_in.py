"""The provider's pages in a real browser: what people see, and what other sites cannot do."""

from html import escape
from urllib.parse import urlencode

import msgspec
import pytest
from playwright.async_api import Browser

from gatepost.idp import Running
from tests.browser.visit import Application, Watched, watched

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]


def authorize(provider: Running, application: Application, app: str = "app", **more: str) -> str:
    query = {
        "response_type": "code",
        "client_id": f"demo-{app}",
        "redirect_uri": f"{application.url}/{app}/callback",
        "scope": "openid profile",
        "state": "s",
        **more,
    }
    return f"{provider.issuer}/v1/authorize?{urlencode(query)}"


def replace(provider: Running, **changes: object) -> None:
    """Change settings of demo-app."""
    one = provider.provider.world.directory.applications.by_id["demo-app"]
    one.seed = msgspec.structs.replace(one.seed, **changes)


async def sign_in(person: Watched, login: str = "alice", password: str = "alice-password") -> None:
    await person.page.get_by_label("Login").fill(login)
    await person.page.get_by_label("Password").fill(password)
    await person.page.get_by_role("button", name="Sign in").click()


async def test_a_person_signs_in_goes_on_to_a_second_application_and_logs_out(
    provider: Running, application: Application, person: Watched
) -> None:
    page = person.page
    replace(
        provider,
        frontchannel_logout_uri=f"{application.url}/app/out",
        frontchannel_logout_session_required=True,
        backchannel_logout_uri=f"{application.url}/app/backchannel-logout",
    )
    await page.goto(authorize(provider, application))
    await sign_in(person, password="wrong")
    alert = page.get_by_role("alert")
    assert await alert.inner_text() == "Login or password is wrong. Please try again."
    assert await page.get_by_label("Login").input_value() == "alice"
    await sign_in(person)
    await page.wait_for_url(f"{application.url}/app/callback*")
    (first,) = application.at("/app/callback")
    assert first.query["state"] == "s"

    await page.goto(authorize(provider, application, "other"))
    assert page.url.startswith(f"{application.url}/other/callback?code=")

    await page.goto(authorize(provider, application, prompt="consent"))
    await page.get_by_role("button", name="Do not allow").click()
    await page.wait_for_url(f"{application.url}/app/callback?error=access_denied*")
    await page.goto(authorize(provider, application, prompt="consent"))
    await page.get_by_role("button", name="Allow", exact=True).click()
    await page.wait_for_url(f"{application.url}/app/callback?code=*")

    after = {"client_id": "demo-app", "post_logout_redirect_uri": f"{application.url}/app/",
             "state": "bye"}  # fmt: skip
    await page.goto(f"{provider.issuer}/v1/logout?{urlencode(after)}")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{application.url}/app/?state=bye")
    (framed,) = application.at("/app/out")
    assert framed.query["iss"] == provider.issuer
    assert framed.query["sid"]
    (posted,) = application.at("/app/backchannel-logout")
    assert posted.form["logout_token"]

    await page.goto(authorize(provider, application, prompt="none"))
    assert "error=login_required" in page.url
    assert person.complaints == []
    hosts = {provider.url.removeprefix("http://"), application.url.removeprefix("http://")}
    assert person.hosts <= hosts, "a page asked for something elsewhere"


async def test_the_keyboard_alone_will_do(
    provider: Running, application: Application, person: Watched
) -> None:
    page = person.page
    await page.goto(authorize(provider, application, login_hint="alice"))
    focused = "document.activeElement.id || document.activeElement.textContent.trim()"
    assert await page.evaluate(focused) == "password"  # the login is there already
    await page.keyboard.type("wrong")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    assert await page.evaluate(focused) == "password"
    order = []
    for _ in range(3):
        await page.keyboard.press("Tab")
        order.append(await page.evaluate(focused))
    assert order == ["Sign in", "Cancel", "Who can sign in here"]
    await page.keyboard.press("Enter")
    assert await page.get_by_text("alice-password").is_visible()
    for _ in range(3):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.type("alice-password")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{application.url}/app/callback*")


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_fit_and_have_contrast(
    provider: Running, application: Application, chromium: Browser, width: int, scheme: str
) -> None:
    context = await chromium.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    person = await watched(context)
    page = person.page
    await page.goto(authorize(provider, application, prompt="consent"))
    await page.get_by_text("Who can sign in here").click()
    await fits(person)
    await sign_in(person, password="x")
    await fits(person)
    await sign_in(person)
    await page.get_by_role("button", name="Allow", exact=True).wait_for()
    await fits(person)
    for url in (
        provider.url,
        f"{provider.issuer}/v1/logout?client_id=demo-app",
        f"{provider.issuer}/v1/authorize?client_id=nobody",
    ):
        await page.goto(url)
        await fits(person)
    await context.close()


CONTRAST = """() => {
  const light = text => {
    const part = text.match(/[\\d.]+/g).slice(0, 3).map(one => one / 255)
      .map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2];
  };
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!colour.endsWith(", 0)") && colour !== "transparent") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const texts = "h1, p, label, button, a, code, summary, td, th, footer, strong, li, span";
  for (const element of document.querySelectorAll(texts)) {
    if (!element.textContent.trim() || element.className === "unseen") continue;
    const pair = [light(getComputedStyle(element).color), light(ground(element))].sort();
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    if (ratio < 4.5) found.push(`${element.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""
"""Texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3)."""


async def fits(person: Watched) -> None:
    page = person.page
    await page.wait_for_load_state("load")  # its style sheet among it
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert await page.evaluate(CONTRAST) == []
    assert await page.locator("main h1").count() == 1
    unlabelled = "input:not([type=hidden])"
    for box in await page.locator(unlabelled).all():
        assert await box.evaluate("box => box.labels.length") == 1
    assert person.complaints == []


async def test_an_answer_by_form_post_sends_itself(
    provider: Running, application: Application, person: Watched
) -> None:
    await person.page.goto(authorize(provider, application, response_mode="form_post"))
    await sign_in(person)
    await person.page.wait_for_url(f"{application.url}/app/callback")
    (arrived,) = application.at("/app/callback")
    assert arrived.method == "POST"
    assert arrived.form["code"]
    assert arrived.form["iss"] == provider.issuer
    assert person.complaints == []


async def test_a_form_of_another_site_finds_the_person_signed_in_still(
    provider: Running, application: Application, person: Watched
) -> None:
    page = person.page
    await page.goto(authorize(provider, application))
    await sign_in(person)
    await page.wait_for_url(f"{application.url}/app/callback*")
    foreign = application.url.replace("127.0.0.1", "localhost")  # another site, as browsers count
    application.pages["/start"] = posting(
        f"{provider.issuer}/v1/authorize",
        client_id="demo-app",
        response_type="code",
        redirect_uri=f"{application.url}/app/callback",
        scope="openid",
        state="by form",
    )
    await page.goto(foreign + "/start")
    await page.wait_for_url(f"{application.url}/app/callback*state=by%20form*")


async def test_another_site_can_neither_sign_a_person_in_nor_out_nor_frame_the_form(
    provider: Running, application: Application, person: Watched
) -> None:
    page = person.page
    await page.goto(authorize(provider, application))
    ticket = await page.locator("input[name=ticket]").get_attribute("value")
    assert ticket is not None
    application.pages["/evil"] = posting(
        f"{provider.url}/login", ticket=ticket, login="bob", password="bob-password"
    )
    for host in ("localhost", "127.0.0.1"):  # the second is the same site, on another port
        await page.goto(application.url.replace("127.0.0.1", host) + "/evil")
        await page.wait_for_url(f"{provider.url}/login")
        assert await page.locator("h1").inner_text() == "That did not work"
    await page.goto(provider.url)
    assert await page.locator("h1").inner_text() == "Nobody is signed in"

    await page.goto(authorize(provider, application))
    await sign_in(person)
    await page.wait_for_url(f"{application.url}/app/callback*")
    application.pages["/out"] = f'<img src="{provider.issuer}/v1/logout">' + posting(
        f"{provider.url}/logout", choice="leave"
    )
    await page.goto(application.url + "/out")
    await page.wait_for_url(f"{provider.url}/logout")
    await page.goto(provider.url)
    assert await page.locator("h1").inner_text() == "You are signed in"

    target = escape(authorize(provider, application, prompt="login"))
    application.pages["/frame"] = f'<iframe src="{target}"></iframe>'
    await page.goto(application.url + "/frame")
    frame = page.frames[1]
    assert "gatepost" not in (await frame.content()).lower()


def posting(action: str, **fields: str) -> str:
    """Return a page that sends a form by itself."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{inputs}</form>'
        "<script>document.forms[0].submit()</script>"
    )
