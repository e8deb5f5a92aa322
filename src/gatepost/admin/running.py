"""A control plane from its start to its end: directory, key, database, listeners, signals."""

import asyncio
import logging
import signal
import socket
import sys
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from gatepost.admin.abroad import Abroad
from gatepost.admin.access import Access
from gatepost.admin.api_paths import add_all
from gatepost.admin.ask import ControlPlane
from gatepost.admin.cluster import Cluster
from gatepost.admin.explaining import Explaining
from gatepost.admin.information import KONG_VERSION
from gatepost.admin.issuers import Issuers
from gatepost.admin.login import Logins
from gatepost.admin.prefix import Prefix, claim, database_key
from gatepost.admin.settings import ControlPlaneSettings
from gatepost.admin.web import AdminListener
from gatepost.outside import Calls
from gatepost.plugin import installed
from gatepost.store.database import DEFAULT, Database
from gatepost.values import By, Fault
from gatepost.values.call import Fetch
from gatepost.values.listening import cannot_listen
from gatepost.values.plain_text import PlainLines

log = logging.getLogger("gatepost.admin")


class Listener(Protocol):
    """Something that takes calls for as long as the control plane runs. name: in the READY line."""

    name: str

    async def start(self) -> str:
        """Begin to take calls; return where. OSError when the port is taken, Fault."""
        ...

    async def stop(self) -> None:
        """Take no more calls, and return when those that were taken are answered."""
        ...


MakeListener = Callable[[ControlPlane, ControlPlaneSettings], Listener]


def _cluster(control: ControlPlane, _: ControlPlaneSettings) -> Listener:
    return control.cluster


LISTENERS: tuple[MakeListener, ...] = (_cluster, AdminListener)
"""What a control plane starts, in this order; it is stopped in the other."""


def run_control_plane(
    settings: ControlPlaneSettings, listeners: Sequence[MakeListener] = LISTENERS
) -> int:
    """Run until SIGTERM or SIGINT; return the exit status. Raises Fault when it cannot start."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(PlainLines("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    with claim(settings.prefix) as prefix:
        return _loop(_run(settings, prefix, listeners))


def _loop(work: Any) -> int:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        status: int = runner.run(work)
        return status


async def _run(
    settings: ControlPlaneSettings, prefix: Prefix, listeners: Sequence[MakeListener]
) -> int:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    given = settings.database_key
    key = given.reveal().encode() if given else database_key(prefix.key)
    database = await Database.open(settings.database or prefix.database, key)
    started: list[Listener] = []
    calls = Calls(link_local=False)  # operators say whom to call
    try:
        control = await control_plane(database, settings, key, calls)
        where: list[str] = []
        for make in listeners:
            listener = make(control, settings)
            try:
                where.append(f"{listener.name}={await listener.start()}")
            except OSError as error:
                address = settings.admin if listener.name == "admin" else settings.cluster
                raise cannot_listen(listener.name, address, error) from error
            started.append(listener)
        print(f"READY {' '.join(where)}", flush=True)  # noqa: T201 - the line that others wait for
        await ending.wait()
        log.info("stopping: open requests may finish")
        return 0
    finally:
        for listener in reversed(started):
            await listener.stop()
        await calls.close()
        await database.close()


async def control_plane(
    database: Database, settings: ControlPlaneSettings, key: bytes, fetch: Fetch
) -> ControlPlane:
    """Return what requests are answered from, its paths in place. fetch: calls the provider."""
    logins = Logins(settings.login, fetch, key) if settings.login is not None else None
    default = await database.planes.named(DEFAULT)
    if default is None:  # it is made when a database is opened, and keeps its name
        raise Fault("database.no_default", "The default control plane is gone.", by=By.OURS)
    url = settings.database or "sqlite"
    control = ControlPlane(
        database=database,
        registry=installed(),
        cluster=Cluster(database, settings.cluster, life=settings.certificate_life),
        access=Access(database, logins),
        issuers=Issuers(fetch),
        abroad=Abroad(fetch, key, settings.trying),
        explaining=Explaining(database),
        plane=default.id,
        node_id=str(uuid.uuid4()),
        hostname=socket.gethostname(),
        about={
            "admin_listen": [str(settings.admin)],
            "cluster_listen": [str(settings.cluster)],
            "database": "postgres" if url.startswith("postgres") else "sqlite",
            "role": "control_plane",
            "router_flavor": "traditional_compatible",
            "kong_version": KONG_VERSION,
        },
    )
    add_all(control.paths)
    return control
