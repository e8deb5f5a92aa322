"""Raw HTTP/1.1 over persistent connections, as fast as Python goes."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    """An answer: status, headers (names in lower case), whole body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class Lane:
    """A place in the queue: a connection that is opened again when it was closed.

    tls: the server name to ask for; None in the clear.
    """

    def __init__(self, port: int, tls: str | None = None) -> None:
        self._port, self._tls = port, tls
        self._wire = Wire(port, tls)

    async def send(self, data: bytes, *, head: bool = False, patience: float = 30.0) -> Response:
        """Send a request's bytes and return the answer. head: it has no body (HEAD)."""
        if self._wire.closed:
            self._wire = Wire(self._port, self._tls)
        return await self._wire.send(data, head=head, patience=patience)

    def close(self) -> None:
        self._wire.close()


class Wire(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, port: int, tls: str | None = None) -> None:
        self._port, self._tls = port, tls
        self._transport: Any = None
        self._buffer = b""
        self._headless = False
        self.closed = False
        self._waiting: asyncio.Future[Response] | None = None

    async def send(self, data: bytes, *, head: bool = False, patience: float = 30.0) -> Response:
        loop = asyncio.get_running_loop()
        if self._transport is None:
            context = None
            if self._tls is not None:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            await loop.create_connection(
                lambda: self, "127.0.0.1", self._port, ssl=context, server_hostname=self._tls
            )
        assert self._transport is not None
        self._buffer, self._headless = b"", head
        self._waiting = loop.create_future()
        self._transport.write(data)
        async with asyncio.timeout(patience):
            return await self._waiting

    def close(self) -> None:
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, error: Any) -> None:
        self.closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(f"closed: {self._buffer[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        line, *lines = head.decode("latin-1").split("\r\n")
        fields = tuple(
            (name.lower(), value) for name, _, value in (one.partition(": ") for one in lines)
        )
        length, closes = 0, False
        for name, value in fields:
            if name == "content-length":
                length = int(value)
            elif name == "transfer-encoding":
                if not self._headless and not rest.endswith(b"0\r\n\r\n"):
                    return
                rest, length = _joined(rest), 0
            elif name == "connection" and value == "close":
                closes = True
        if not self._headless and len(rest) < length:
            return
        waiting, self._waiting = self._waiting, None
        if closes:
            self.close()
        if waiting is not None and not waiting.done():
            waiting.set_result(Response(int(line.split(" ")[1]), fields, rest))


def _joined(chunks: bytes) -> bytes:
    out = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        count = int(size, 16)
        out, chunks = out + chunks[:count], chunks[count + 2 :]
        if not count:
            break
    return out
