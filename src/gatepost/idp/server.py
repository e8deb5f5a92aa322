"""Running the provider: its own socket on loopback, READY, and in-process for tests."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gatepost.idp.app import ISSUER_PATH, IdentityProvider
from gatepost.idp.seed import Seed, read_seed
from gatepost.idp.wall_clock import WallClock
from gatepost.serving import Guest, Server, listen
from gatepost.values import Address, By, Clock, Fault, Secret


@dataclass(frozen=True, slots=True)
class Running:
    """A provider that takes calls. url: without a path; provider: its state."""

    url: str
    issuer: str
    provider: IdentityProvider


class ShowsTransport(HttpToolsProtocol):
    """Hands the connection to the application, which misbehaves on it when told to."""

    def on_message_begin(self) -> None:
        """Begin a request (httptools)."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # a key of our own
        scope["gatepost.transport"] = self.transport


def serve(
    address: Address,
    *,
    issuer: str | None = None,
    seed: Seed | None = None,
    alg: str = "RS256",
    api_token: Secret | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; print one READY line with the URL and issuer in use.

    issuer: its URL where it differs from the address (behind another server); it must end in
    ``/oauth2/default``. Raises Fault ``listen.not_loopback`` or ``idp.issuer`` (operator);
    OSError when the port is taken.
    """
    with _listen(address) as listener:
        url = f"http://{address.with_port(listener.getsockname()[1])}"
        app = IdentityProvider(
            issuer=checked_issuer(issuer) if issuer else url + ISSUER_PATH,
            seed=seed or read_seed(),
            clock=WallClock(),
            alg=alg,
            api_token=api_token,
        )

        def ready() -> None:
            print(f"READY {url} issuer {app.world.issuer}", flush=True)  # noqa: T201 - is awaited

        server = Server(_config(app, loop="uvloop"), started=ready, signals=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


@contextlib.asynccontextmanager
async def running(
    *,
    port: int = 0,
    issuer: str | None = None,
    seed: Seed | None = None,
    clock: Clock | None = None,
    alg: str = "RS256",
    api_token: Secret | None = None,
) -> AsyncIterator[Running]:
    """Serve on this event loop for the length of the block (for tests)."""
    address = Address("127.0.0.1", port)
    with _listen(address) as listener:
        url = f"http://{address.with_port(listener.getsockname()[1])}"
        app = IdentityProvider(
            issuer=checked_issuer(issuer) if issuer else url + ISSUER_PATH,
            seed=seed or read_seed(),
            clock=clock or WallClock(),
            alg=alg,
            api_token=api_token,
        )
        started = asyncio.Event()
        server = Guest(_config(app, loop="none"), started=started.set)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve(sockets=[listener]))
            await started.wait()
            try:
                yield Running(url, app.world.issuer, app)
            finally:
                server.end()


def checked_issuer(issuer: str) -> str:
    """Return an issuer that this provider can be; raise Fault ``idp.issuer`` (operator)."""
    parts = urlsplit(issuer)
    good = parts.scheme in ("http", "https") and parts.hostname and parts.path == ISSUER_PATH
    if not good or parts.query or parts.fragment or parts.username is not None:
        raise Fault(
            "idp.issuer",
            f"The issuer must be a URL that ends in {ISSUER_PATH}, "
            f"such as http://127.0.0.1:8180{ISSUER_PATH}.",
            by=By.OPERATOR,
        )
    return issuer


def _listen(address: Address) -> socket.socket:
    address.require_loopback("gatepost idp")
    return listen(address)


def _config(app: IdentityProvider, *, loop: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop=loop,
        http=ShowsTransport,
        ws="none",
        lifespan="off",
        access_log=False,  # request lines are not secret, but nobody needs them here
        log_level="error",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
