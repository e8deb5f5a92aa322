"""Parts of the console put on a page without a browser: NiceGUI's own simulation of one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp import web
from nicegui import ui
from nicegui.testing import User, user_simulation

from gatepost.console.admin_api import AdminApi, Credentials
from gatepost.console.page import Build
from gatepost.console.view import Me, View


@contextlib.asynccontextmanager
async def shown(draw: Callable[[], Any]) -> AsyncIterator[User]:
    """Open a page that ``draw`` puts together."""

    def root() -> None:
        draw()

    async with user_simulation(root) as user:
        await user.open("/")
        yield user


@contextlib.asynccontextmanager
async def opened(build: Build, view: View) -> AsyncIterator[User]:
    """Open a page of the console, without its frame, as ``view`` sees it."""

    async def root() -> None:
        await build(view)

    async with user_simulation(root) as user:
        await user.open("/")
        yield user


def press(user: User, words: str) -> None:
    """Click the button that says just this."""
    (button,) = [one for one in user.find(kind=ui.button).elements if one.text == words]
    chosen = user.find(kind=ui.button)
    chosen.elements = {button}
    chosen.click()


class Answers:
    """A server that answers what it was told to; the rest is 404. asked: what came, in order."""

    def __init__(self) -> None:
        self.by_path: dict[str, tuple[int, Any]] = {}
        self.asked: list[web.Request] = []
        self.bodies: list[Any] = []
        self.waits_for: asyncio.Event | None = None

    def say(self, path: str, value: Any, status: int = 200) -> None:
        self.by_path[path] = (status, value)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        body = await request.read()
        self.bodies.append(body)
        if self.waits_for is not None:
            await self.waits_for.wait()
        status, value = self.by_path.get(request.path, (404, {"message": "Not found"}))
        if isinstance(value, bytes):
            return web.Response(body=value, status=status)
        return web.json_response(value, status=status)


@contextlib.asynccontextmanager
async def admin_api(
    credentials: Credentials | None = None,
) -> AsyncIterator[tuple[AdminApi, Answers]]:
    """An AdminApi and the server that it speaks to."""
    answers = Answers()
    runner = web.AppRunner(web.Application(client_max_size=0))
    runner.app.router.add_route("*", "/{path:.*}", answers.answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession() as session:
            yield (
                AdminApi(session, f"http://127.0.0.1:{port}", credentials or Credentials()),
                answers,
            )
    finally:
        await runner.cleanup()


def view_of(api: Any = None, role: str = "admin", plane: str | None = None, **params: str) -> View:
    """Return a view for a page that asks nothing, or that asks ``api``; params: of its address."""
    return View(api, Me("ann", role, "loopback"), params, plane=plane)


__all__ = ["Answers", "User", "admin_api", "opened", "press", "shown", "ui", "view_of"]
