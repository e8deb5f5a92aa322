"""A real browser, an application that people sign in to, and what the browser did meanwhile."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield started
        finally:
            await started.close()


@dataclass
class Arrival:
    """One request that reached the application."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]


@dataclass
class Application:
    """Notes who arrives where, and shows pages that tests gave it."""

    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> list[Arrival]:
        return [one for one in self.arrivals if one.path == path]

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.arrivals.append(Arrival(request.method, request.path, dict(request.query), form))
        text = self.pages.get(request.path, f"<title>{request.path}</title><h1>arrived</h1>")
        return web.Response(text=text, content_type="text/html")


@contextlib.asynccontextmanager
async def application() -> AsyncIterator[Application]:
    one = Application()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", one.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield one
    finally:
        await runner.cleanup()


@dataclass
class Watched:
    """A page, the hosts that it asked, and what the browser complained about."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).netloc)


async def watched(context: BrowserContext) -> Watched:
    page = await context.new_page()
    one = Watched(page)
    page.on("request", one.note)
    page.on("pageerror", lambda error: one.complaints.append(str(error)))
    page.on(
        "console", lambda said: one.complaints.append(said.text) if refused(said.text) else None
    )
    return one


def refused(text: str) -> bool:
    """Whether a line of the browser's console is about something that a policy forbade."""
    return any(word in text for word in ("Refused", "Content Security Policy", "violates"))
