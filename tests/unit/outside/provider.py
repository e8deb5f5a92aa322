"""A provider on loopback, written by hand, so that it can misbehave in every way."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

Handler = Callable[[bytes, asyncio.StreamWriter], None]


@dataclass
class Provider:
    """``answer`` holds the raw bytes of every answer; None says nothing and waits."""

    answer: bytes | None = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    close_after: bool = False
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    drip: bool = False

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.lower().split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                self.requests.append(head + await reader.readexactly(length))
                if self.answer is None:
                    await asyncio.sleep(60)
                elif self.drip:
                    for one in self.answer:
                        writer.write(bytes([one]))
                        await writer.drain()
                        await asyncio.sleep(0.05)
                else:
                    writer.write(self.answer)
                    await writer.drain()
                if self.close_after:
                    writer.close()
                    await writer.wait_closed()
                    break


@contextlib.asynccontextmanager
async def running(tls: ssl.SSLContext | None = None, **more: object) -> AsyncIterator[Provider]:
    provider = Provider(**more)  # type: ignore[arg-type]
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await provider.handle(reader, writer)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
