import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gatepost.serving import Patient, Server, patient

pytestmark = pytest.mark.anyio

Two = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    fields = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(patient, "PATIENCE", 0.4)
    config = uvicorn.Config(
        app, loop="none", http=Patient, ws="none", lifespan="off", port=0, log_config=None
    )
    begun = asyncio.Event()
    server = Server(config, started=begun.set)
    task = asyncio.create_task(server.serve())
    await begun.wait()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.end()
    await task


@contextlib.asynccontextmanager
async def called(port: int) -> AsyncIterator[Two]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("first", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
async def test_who_does_not_come_to_the_point_is_cut(port: int, first: bytes) -> None:
    async with asyncio.timeout(3), called(port) as (reader, writer):
        writer.write(first)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_so_is_who_was_answered_before(port: int) -> None:
    async with asyncio.timeout(3), called(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.6)  # between two requests there is time
        writer.write(b"GET / HTTP/1.1\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_headers_without_end_are_not_taken(port: int) -> None:
    async with asyncio.timeout(3), called(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 50_000_000 and not reader.at_eof():
                writer.write(b"a" * 10_000)
                await writer.drain()
                sent += 10_000
        assert sent < 10_000_000  # what waits in sockets on both sides is not taken yet


async def test_many_requests_and_long_bodies_are_served(port: int) -> None:
    async with asyncio.timeout(5), called(port) as (reader, writer):
        for _ in range(20):
            body = b"x" * 200_000
            head = (
                f"POST / HTTP/1.1\r\nHost: a\r\nX: {'h' * 9000}\r\nContent-Length: {len(body)}\r\n"
            )
            writer.write(head.encode() + b"\r\n" + body)
            await writer.drain()
            assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
