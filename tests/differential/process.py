"""The authorizer of the tests: the product's, with other plugins, that tells what it was asked.

``python -m tests.differential.process SOCKET``, the secret in hex on stdin. ``POST /asked`` answers
the X-Case of every question since the last time (``{"peek": true}`` leaves them);
``POST /behave`` sets how questions are answered: ``{"delay": seconds}``, ``{"garbage": true}``.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
import uvloop

from gatepost.authorizer.app import Authorizer
from gatepost.authorizer.server import die_with_parent, listen
from tests.differential.plugins import registry

Message = MutableMapping[str, Any]
_MARK = b"\x00\x00\x00\x06x-case\x00\x00\x00"


class Telling(Authorizer):
    def __init__(self, secret: bytes) -> None:
        super().__init__(secret, registry=registry())
        self.asked: list[str] = []
        self.delay = 0.0
        self.garbage = False

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["path"] == "/asked":
            told = self.asked
            if not json.loads((await receive())["body"]).get("peek"):
                self.asked = []
            await _say(send, json.dumps(told).encode())
        elif scope["path"] == "/behave":
            said = json.loads((await receive())["body"])
            self.delay = float(said.get("delay", 0))
            self.garbage = bool(said.get("garbage", False))
            await _say(send, b"{}")
        else:
            await super().__call__(scope, receive, send)

    async def ask(self, data: bytes) -> bytes:
        at = data.find(_MARK)
        if at >= 0:
            begin = at + len(_MARK) + 1
            self.asked.append(data[begin : begin + data[begin - 1]].decode())
        else:
            self.asked.append("")
        answer = await super().ask(data)
        if self.delay:
            await asyncio.sleep(self.delay)
        return b"\x00\x00\x00\x01Fnonsense" if self.garbage else answer


async def _say(send: Callable[[Message], Awaitable[None]], body: bytes) -> None:
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def main() -> None:
    app = Telling(bytes.fromhex(sys.stdin.readline().strip()))
    config = uvicorn.Config(
        app, http="httptools", loop="none", ws="none", lifespan="off", interface="asgi3",
        log_config=None, access_log=False, timeout_keep_alive=75, backlog=2048,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    await uvicorn.Server(config).serve(sockets=[listen(sys.argv[1], 0o666)])
    await app.close()


if __name__ == "__main__":
    die_with_parent()
    uvloop.run(main())
