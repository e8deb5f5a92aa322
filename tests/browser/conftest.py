"""What a person needs to sign in: a provider, an application, a browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext

from gatepost.idp import Running, running
from tests.browser import visit
from tests.browser.visit import Application, Watched, watched


@pytest.fixture
async def provider() -> AsyncIterator[Running]:
    async with running(alg="ES256") as one:
        yield one


@pytest.fixture
async def application() -> AsyncIterator[Application]:
    async with visit.application() as one:
        yield one


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One for a module; each test has a context of its own in it."""
    async with visit.browser() as one:
        yield one


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    one = await chromium.new_context(viewport={"width": 1440, "height": 900})
    one.set_default_timeout(30_000)
    yield one
    await one.close()


@pytest.fixture
async def person(context: BrowserContext) -> Watched:
    return await watched(context)
