"""Where the gateway sends a browser, and what runs there: rows A7, A8, A10, A14, A18 and L3."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, Page

from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.flow import Flow
from gatepost.plugins.openid_connect.session import Seals
from tests.browser import visit
from tests.integration.attacker import at_once, request, status_of
from tests.integration.hostile_web import Web, hostile_web
from tests.integration.login_world import SECRET, misbehave
from tests.unit.oidc.redirects import HOSTILE

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROUTES = {
    "app": {},
    "bare": {"redirect_uri": None},
    "rest": {},
}
RUNS = "<script>window.ran=1</script><img src=x onerror=window.ran=1>\"'><svg onload=window.ran=1>"


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with hostile_web(ROUTES) as running:
        yield running


def header(answer: bytes, name: str) -> str | None:
    """Return a header of an answer as it was sent."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    for line in head.split("\r\n")[1:]:
        key, _, value = line.partition(": ")
        if key.lower() == name:
            return value
    return None


def stays(base: str, target: str) -> bool:
    """Return whether a browser that is sent to this target stays at the origin of the base.

    As browsers read it: blanks around it and tabs and newlines in it do not count, a backslash is
    a slash.
    """
    read = target.strip("".join(map(chr, range(33)))).replace("\t", "").replace("\n", "")
    read = read.replace("\r", "").replace("\\", "/")
    if not read.startswith("/") or read.startswith("//"):
        return False
    return urlsplit(urljoin(base, read)).netloc == urlsplit(base).netloc


# -- A8: whatever is asked for, a login goes on to a page of ours


def begun(web: Web, target: str) -> tuple[int, Flow | None]:
    """Ask for a target, letter by letter; return the status, and the login that it began."""
    answer = request(web.world, target.encode("utf-8"), "Sec-Fetch-Mode: navigate")
    status, location = status_of(answer), header(answer, "location")
    if status in (400, 414, 404):
        return status, None
    assert (status, location is not None) == (302, True), (target, answer[:200])
    assert location is not None
    assert location.startswith(f"{web.world.issuer}/v1/authorize?"), (target, location)
    (uri,) = parse_qs(urlsplit(location).query)["redirect_uri"]
    assert urlsplit(uri)._replace(path="").geturl() == web.world.proxy.url
    assert urlsplit(uri).path in ("/app/callback", "/rest/callback")
    line = header(answer, "set-cookie") or ""
    name, _, text = line.partition(";")[0].partition("=")
    config = {"issuer": web.world.issuer, "session_secret": SECRET}
    seals = Seals(OpenIdConnectConfig.model_validate(config), Site())
    return status, msgspec.msgpack.decode(seals.open_text(text[1:], "flow", name), type=Flow)


def test_no_path_leads_a_login_away(web: Web) -> None:
    paths = [one if one.startswith("/") else f"/{one}" for one in HOSTILE]
    written = [one for one in paths if not any(char in one for char in "\r\n")][::2]
    encoded = [quote(one, safe="/:@%;,&=+$!*'()?#[]~") for one in paths][1::2]
    assert len(written) + len(encoded) > 1_200
    with web.quiet():
        found = at_once(lambda one: (one, *begun(web, one)), [*written, *encoded])
    taken = [(one, flow.target) for one, _, flow in found if flow is not None]
    assert len(taken) > 300, "most of them are paths that a login may begin at"
    away = [(one, target) for one, target in taken if not stays(web.url("/"), target)]
    assert away == []


def test_no_argument_leads_a_login_away(web: Web) -> None:
    names = ("next", "redirect_uri", "return_to", "url", "rd", "target_link_uri", "iss", "scope")
    queries = [urlencode([(name, one) for name in names]) for one in HOSTILE if len(one) < 500]
    with web.quiet():
        found = at_once(lambda query: begun(web, f"/app/page?{query}"), queries[::4])
    assert len(found) > 300
    for _, flow in found:
        assert flow is not None
        assert flow.target.startswith("/app/page")
        assert stays(web.url("/"), flow.target)


@pytest.mark.parametrize(
    "path",
    [
        "/%2F%2Fevil.test",
        "///evil.test/x",
        "/%09/evil.test",
        "/;@evil.test",
        "/%2fevil.test",
        "/app/?//evil.test",
        "/https:evil.test",
        "/app/caf%C3%A9?q=%E9&r=%2F%2F",
    ],
)
def test_whoever_logs_in_arrives_at_the_page_of_this_very_origin(web: Web, path: str) -> None:
    alice = web.person()
    found = alice.log_in(web.url(path))
    assert urlsplit(found.url).netloc == urlsplit(web.world.proxy.url).netloc
    assert (found.status, web.last().all("x-user")) == (200, ["alice"])
    raw = alice.log_in(web.url("/app/x"), stop_at=web.callback())
    assert raw.status == 200, "there is a session already"


def test_nothing_beside_an_answer_changes_where_it_leads(web: Web) -> None:
    lies = "&".join(f"{name}=https://evil.test/" for name in ("next", "redirect_uri", "url", "rd"))
    alice, back = web.began("/app/wanted?a=1")
    answer = alice.send("GET", f"{back}&{lies}", headers={"Host": "evil.test"})
    assert (answer.status, answer.headers["location"]) == (303, "/app/wanted?a=1")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


# -- A10: hosts


HOSTS = ("evil.test", "EVIL.test:80", "evil.test:99999", "[::1]", "a_b.test", "127.0.0.1.evil.test")
LIES = (
    "X-Forwarded-Host: evil.test",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Port: 444",
    "X-Forwarded-Prefix: //evil.test",
    "X-Forwarded-Server: evil.test",
    "X-Original-URL: //evil.test/",
    "X-Rewrite-URL: //evil.test/",
    "Forwarded: host=evil.test;proto=https",
    "X-Host: evil.test",
    "X-HTTP-Method-Override: POST",
)


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_changes_where_the_provider_sends_people_back_to(web: Web, host: str) -> None:
    for target in ("/app/page", f"http://{host}/app/page"):
        answer = request(web.world, target, "Sec-Fetch-Mode: navigate", *LIES, host=host)
        if status_of(answer) == 400:
            continue
        location = header(answer, "location") or ""
        assert parse_qs(urlsplit(location).query)["redirect_uri"] == [web.callback()]
        assert location.startswith(web.world.issuer)
        assert "evil" not in location
        cookie = header(answer, "set-cookie") or ""
        assert "Domain" not in cookie
        assert "Secure" not in cookie, "the scheme is not what a stranger says"


def test_without_a_configured_address_the_host_is_taken_and_no_forwarded_one(web: Web) -> None:
    answer = request(web.world, "/bare/page", "Accept: text/html", *LIES, host="shop.test:8000")
    told = parse_qs(urlsplit(header(answer, "location") or "").query)
    assert told["redirect_uri"] == ["http://shop.test:8000/bare/page"]
    for host in ("a@evil.test", "evil.test/x", "evil.test?x", "a b", "", "evil.test\\x", "a:b"):
        answer = request(web.world, "/bare/page", "Accept: text/html", *LIES, host=host)
        assert status_of(answer) in (400, 401), host
        assert header(answer, "location") is None


# -- pages, in a real browser


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with visit.browser() as one:
        yield one


@contextlib.asynccontextmanager
async def reading(chromium: Browser, web: Web) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """Open a page that must stay quiet: no script runs, and the browser complains of nothing."""
    context = await chromium.new_context()
    context.set_default_timeout(30_000)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    yield context, page
    assert [text for text in said if "Failed to load resource" not in text] == []
    assert await page.evaluate("window.ran") is None
    web.world.secrets |= {one["value"] for one in await context.cookies() if len(one["value"]) > 7}
    await context.close()


async def sign_in(page: Page) -> None:
    await page.get_by_label("Login").fill("alice")
    await page.get_by_label("Password").fill("alice-password")
    await page.get_by_role("button", name="Sign in").click()


@pytest.mark.anyio
async def test_no_page_of_ours_runs_what_a_stranger_wrote(web: Web, chromium: Browser) -> None:
    evil = quote(RUNS)
    urls = [f"/app/callback?code={evil}&state={evil}&error={evil}&error_description={evil}"]
    urls += [f"/app/callback?state=%ff{evil}", f"/app/logout?{evil}", f"/{evil}/logout?x={evil}"]
    async with visit.application() as elsewhere, reading(chromium, web) as (_, page):
        for url in urls:
            await page.goto(web.url(url))
            assert await page.locator("dt").first.inner_text() == "Code", url
            assert await page.evaluate("window.ran") is None
            assert await page.locator("script, img, svg, iframe, form, input").count() == 0
        members = {"error": "access_denied", "error_description": RUNS, "error_uri": "javascript:1"}
        await asyncio.to_thread(
            misbehave, web.world, "authorize", "response-error", members=members
        )
        await page.goto(web.url(f"/app/{evil}?{evil}"))
        await sign_in(page)
        await page.wait_for_url(f"{web.callback()}?**")
        assert "authorization.denied" in await page.inner_text("body")
        assert "<script>" in await page.inner_text("blockquote"), "it is shown as text"
        assert await page.locator("script, img, svg, a").count() == 0
        target = web.url(f"/app/{evil}?q={evil}")
        form = f'<form method=post action="{target}"><button>go</button></form>'
        elsewhere.pages["/form"] = f"<title>form</title>{form}"
        await page.goto(f"{elsewhere.url}/form")
        await page.get_by_role("button").click()
        await page.wait_for_url(target)
        assert await page.locator("script, img, svg").count() == 0
        link = await page.locator("a").get_attribute("href") or ""
        assert stays(web.url("/"), link)


@pytest.mark.anyio
async def test_no_other_site_logs_out_a_real_browser(web: Web, chromium: Browser) -> None:
    async with visit.application() as evil, reading(chromium, web) as (context, page):
        await page.goto(web.url("/app/page"))
        await sign_in(page)
        await page.wait_for_url(web.url("/app/page"))
        out = web.url("/app/logout")
        loads = f"""<title>x</title><img src="{out}"><link rel=stylesheet href="{out}">"""
        evil.pages["/loads"] = loads
        evil.pages["/frames"] = f"""{loads}<iframe src="{out}"></iframe>"""
        evil.pages["/posts"] = f"""<form method=post action="{out}"><button>x</button></form>"""
        another_site = evil.url.replace("127.0.0.1", "localhost")
        other = await context.new_page()
        for url in (f"{evil.url}/loads", f"{another_site}/frames", f"{another_site}/posts"):
            await other.goto(url, wait_until="networkidle")
            if url.endswith("/posts"):
                await other.get_by_role("button").click()
                await other.wait_for_url(out)
                assert "logout.cross_site" in await other.inner_text("body")
            assert "session" in {one["name"] for one in await context.cookies(web.url("/"))}
            answer = await context.request.get(web.url("/app/page"))
            assert (answer.status, "alice" in await answer.text()) == (200, True), url
