"""An upstream that knows which requests it must never see."""

import asyncio
import threading
from typing import Any, Self

MARK = "X-Test-Credential"
"""A header by which the client of a test says whether it is ``good`` or ``bad``."""

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"


class Upstream:
    """A small HTTP/1.1 server for requests without a body.

    ``passed``: first lines of requests that were marked bad and came through nevertheless; it must
    stay empty. ``seen``: how many requests came.
    """

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.seen = 0
        self.port = 0
        self._open: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def open(self) -> None:
        """Serve, on the same port as before."""
        self._do(self._serve())

    def shut(self) -> None:
        """Refuse connections, and break those that are open."""
        self._do(self._refuse())

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _serve(self) -> None:
        self._server = await self._loop.create_server(
            lambda: _Conversation(self), "127.0.0.1", self.port, backlog=1024
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._open):
            transport.abort()
        await asyncio.sleep(0)  # so that the transports are closed before the loop may end


class _Conversation(asyncio.Protocol):
    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._pending = b""
        self._bad = f"{MARK}: bad".lower().encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._upstream._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._upstream._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            self._upstream.seen += 1
            if self._bad in head.lower():
                self._upstream.passed.append(head.split(b"\r\n")[0].decode("latin-1"))
            self._transport.write(_ANSWER)
