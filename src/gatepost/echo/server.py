"""Running the echo upstream: its own socket on loopback, READY, and in-process for tests."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gatepost.echo.app import Echo
from gatepost.serving import Guest, Server, listen
from gatepost.values import Address


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM; with client_ca a client certificate is demanded."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """An echo upstream that takes requests."""

    url: str
    port: int


class KeepsRaw(HttpToolsProtocol):
    """Hands the request line and the spelling of header names through to the application."""

    def on_message_begin(self) -> None:
        """Begin a request (httptools)."""
        super().on_message_begin()
        self._raw: list[tuple[bytes, bytes]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header field."""
        self._raw.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand what was kept to the application, under keys of our own."""
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # our own extra keys
        scope["gatepost.headers"] = self._raw
        scope["gatepost.target"] = self.url
        peer = self.transport.get_extra_info("ssl_object")
        if peer is not None:
            scope["gatepost.tls"] = {"version": peer.version(), "client": _subject(peer)}
        super().on_headers_complete()


def serve(address: Address, *, name: str = "echo", tls: Tls | None = None) -> None:
    """Serve until SIGTERM or SIGINT; print one READY line with the address in use.

    Raises Fault ``listen.not_loopback``; OSError when the port is taken.
    """
    with _listen(address) as listener:
        url = _url(address, listener, tls)

        def ready() -> None:
            print(f"READY {url} {name}", flush=True)  # noqa: T201 - the line others wait for

        server = Server(_config(Echo(name), tls, loop="uvloop"), started=ready, signals=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


@contextlib.asynccontextmanager
async def running(
    *, name: str = "echo", port: int = 0, tls: Tls | None = None
) -> AsyncIterator[Running]:
    """Serve on this event loop for the length of the block (for tests)."""
    address = Address("127.0.0.1", port)
    with _listen(address) as listener:
        started = asyncio.Event()
        server = Guest(_config(Echo(name), tls, loop="none"), started=started.set)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[listener]))
            await started.wait()
            try:
                yield Running(_url(address, listener, tls), listener.getsockname()[1])
            finally:
                server.end()


def _listen(address: Address) -> socket.socket:
    address.require_loopback("gatepost echo")
    return listen(address)


def _url(address: Address, listener: socket.socket, tls: Tls | None) -> str:
    scheme = "https" if tls else "http"
    return f"{scheme}://{address.with_port(listener.getsockname()[1])}"


def _config(app: Echo, tls: Tls | None, *, loop: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop=loop,
        http=KeepsRaw,
        ws="websockets-sansio",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_ca_certs=str(tls.client_ca) if tls and tls.client_ca else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if tls and tls.client_ca else ssl.CERT_NONE,
    )


def _subject(peer: ssl.SSLObject) -> str:
    """Return the common name of the client's certificate, or an empty text."""
    certificate: Any = peer.getpeercert() or {}  # the type stubs give up on its shape
    pairs = [pair for name in certificate.get("subject", ()) for pair in name]
    return next((str(value) for key, value in pairs if key == "commonName"), "")
