import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.serving import Guest, Server, listen
from gatepost.values import Address

pytestmark = pytest.mark.anyio


async def nobody(scope: Scope, receive: Receive, send: Send) -> None: ...


def config(app: ASGIApp = nobody) -> uvicorn.Config:
    return uvicorn.Config(
        app, loop="none", lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )


@contextlib.asynccontextmanager
async def asked(
    seconds: float,
) -> AsyncIterator[tuple[Guest, asyncio.Task[None], asyncio.Task[bytes]]]:
    """A server that is answering a call, which takes some seconds."""
    started, called = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        called.set()
        await asyncio.sleep(seconds)
        fields = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": b""})

    server = Guest(config(slow), started=started.set)
    with listen(Address("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await started.wait()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        reading = asyncio.create_task(reader.read())
        await called.wait()
        yield server, serving, reading
        writer.close()


async def test_a_guest_ends_at_once_when_its_last_answer_is_sent() -> None:
    async with asked(0.2) as (server, serving, reading):
        began = time.monotonic()
        server.end()
        await serving
        assert 0.1 < time.monotonic() - began < 0.5
        assert b"200 OK" in await reading


async def test_a_guest_waits_no_longer_than_its_grace() -> None:
    async with asked(30) as (server, serving, _):
        began = time.monotonic()
        server.end()
        await serving
        assert 0.9 < time.monotonic() - began < 3


@pytest.mark.parametrize("signals", [True, False])
async def test_signals_are_taken_over_only_where_that_is_wanted(signals: bool) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Server(config(), signals=signals).capture_signals():
        assert (signal.getsignal(signal.SIGTERM) is not before) is signals
    assert signal.getsignal(signal.SIGTERM) is before
