"""The Admin API's own server: a socket, uvicorn on it, and who is let in."""

import asyncio
import logging
import ssl
from pathlib import Path

import uvicorn

from gatepost.admin.ask import ControlPlane
from gatepost.admin.guard import Door
from gatepost.admin.serving import application
from gatepost.admin.settings import ControlPlaneSettings
from gatepost.serving import Patient, Server, listen
from gatepost.values import Address, By, Fault

log = logging.getLogger("gatepost.admin")

_GRACE = 5  # seconds that open requests get at the end


class AdminListener:
    """Listens for the Admin API."""

    name = "admin"

    def __init__(self, control: ControlPlane, settings: ControlPlaneSettings) -> None:
        self._control = control
        self._settings = settings
        self._address = settings.admin
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Begin to take calls; return the URL. OSError when the port is taken, Fault."""
        listener = listen(self._address)
        bound = self._address.with_port(listener.getsockname()[1])
        cert, key = self._settings.admin_ssl_cert, self._settings.admin_ssl_cert_key
        try:
            await self._control.access.open(_door(self._settings, bound))
            _check_pair(cert, key)
        except Fault:
            listener.close()
            raise
        if not bound.loopback and cert is None:
            log.warning(
                "others reach the Admin API without TLS: tokens travel in the clear. "
                "Set admin_ssl_cert and admin_ssl_cert_key, or put a proxy with TLS before it"
            )
        config = uvicorn.Config(
            application(self._control, self._control.access),
            loop="none",
            http=Patient,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="error",
            log_config=None,
            server_header=False,
            date_header=True,
            proxy_headers=False,  # who calls is never what a header says
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE,
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
        begun = asyncio.Event()
        self._server = Server(config, started=begun.set)
        self._serving = asyncio.get_running_loop().create_task(
            self._server.serve(sockets=[listener])
        )
        await begun.wait()
        return f"{'http' if cert is None else 'https'}://{bound}"

    async def stop(self) -> None:
        """Take no more calls; those that were taken get some seconds."""
        if self._server is not None and self._serving is not None:
            self._server.end()
            await self._serving


def _door(settings: ControlPlaneSettings, bound: Address) -> Door:
    return Door(
        bound,
        settings.admin_names,
        open_on_loopback=not settings.admin_closed,
        first_token=settings.admin_token,
    )


def _check_pair(cert: Path | None, key: Path | None) -> None:
    """Raise Fault (operator) ``admin.tls`` when these are no certificate with its key."""
    if cert is None and key is None:
        return
    try:
        if cert is None or key is None:
            raise ValueError("admin_ssl_cert and admin_ssl_cert_key are set together")
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise Fault(
            "admin.tls",
            f"The Admin API cannot speak TLS with {cert or key}: {error.strerror or error}."
            if isinstance(error, OSError)
            else f"The Admin API cannot speak TLS: {error}.",
            by=By.OPERATOR,
        ) from None
