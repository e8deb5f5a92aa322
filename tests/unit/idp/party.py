"""An application that is told about logouts: a real server that notes what it was sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from aiohttp import web


class Party:
    """Answers every POST with ``status``, after ``delay`` seconds."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.delay = 0.0
        self.posted: list[list[tuple[str, str]]] = []

    @property
    def tokens(self) -> list[str]:
        return [value for form in self.posted for name, value in form if name == "logout_token"]

    async def answer(self, request: web.Request) -> web.Response:
        self.posted.append(parse_qsl(await request.text(), strict_parsing=True))
        await asyncio.sleep(self.delay)
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Party]:
    party = Party()
    app = web.Application()
    app.router.add_post("/{path:.*}", party.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    party.url = f"http://127.0.0.1:{runner.addresses[0][1]}/app/backchannel-logout"
    try:
        yield party
    finally:
        await runner.cleanup()
