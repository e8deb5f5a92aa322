"""The agent's desk: where the authorizers of this node bring what outlives them.

An errand goes on when the authorizer that brought it is killed, and the next one who asks for it,
in whatever process, gets its answer. A revocation that was begun is finished.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from gatepost.outside.desk_words import (
    ClaimAsked,
    ErrandAsked,
    RevokeAsked,
    Said,
    fault_said,
    read,
    write,
)
from gatepost.plugin import Courier, Ending
from gatepost.values import By, Fault
from gatepost.values.mac import control_word

log = logging.getLogger("gatepost.node")

_LARGEST = 8 * 1024 * 1024
_KEPT = 3600.0
"""Seconds that a connection is kept: longer than the other end keeps it, so that no call meets a
connection that is being closed."""

Revoke = Callable[[Sequence[Ending], str], Awaitable[object]]
Act = Callable[[bytes], Awaitable[Said]]


class Desk:
    """The server. secret: the boot secret; only who knows it is heard."""

    def __init__(self, path: Path, *, secret: bytes, courier: Courier, revoke: Revoke) -> None:
        self._path = path
        self._word = _bytes(f"Bearer {control_word(secret)}")
        self._courier = courier
        self._revoke = revoke
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on the UNIX socket, which nobody but us can reach. Raises OSError."""
        app = web.Application(client_max_size=_LARGEST)
        acts = {"/errand": self._errand, "/claim": self._claim, "/revoke": self._end}
        app.add_routes([web.post(path, self._handler(act)) for path, act in acts.items()])
        runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=1.0,
            keepalive_timeout=_KEPT,
        )
        await runner.setup()
        self._path.unlink(missing_ok=True)
        await web.UnixSite(runner, str(self._path)).start()
        self._path.chmod(0o600)  # the directory lets nobody else in anyway
        self._runner = runner

    async def stop(self) -> None:
        """Listen no longer."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    def _handler(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            given = request.headers.getall("Authorization", [])
            if len(given) != 1 or not hmac.compare_digest(_bytes(given[0]), self._word):
                return web.Response(status=401)
            body = await _answer(act, await request.read())
            return web.Response(body=body, content_type="application/msgpack")

        return handle

    async def _errand(self, body: bytes) -> Said:
        asked = read(body, ErrandAsked)
        do = self._courier.ahead if asked.ahead else self._courier.once
        return Said(reply=await do(asked.errand))

    async def _claim(self, body: bytes) -> Said:
        asked = read(body, ClaimAsked)
        return Said(first=await self._courier.claim(asked.name, asked.seconds, asked.share))

    async def _end(self, body: bytes) -> Said:
        asked = read(body, RevokeAsked)
        revoking: asyncio.Future[Any] = asyncio.ensure_future(
            self._revoke(asked.pairs(), asked.why)
        )
        await asyncio.shield(revoking)
        return Said()


async def _answer(act: Act, body: bytes) -> bytes:
    try:
        return write(await act(body))
    except Fault as fault:
        return write(fault_said(fault))
    except msgspec.MsgspecError:
        log.error("something that is no question came to the desk")
    except Exception as error:  # what it says may quote
        log.error("the desk failed: %s", type(error).__name__)
    return write(fault_said(_error()))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _error() -> Fault:
    return Fault("desk.error", "The agent could not do it.", by=By.OURS, retry_after=1)
