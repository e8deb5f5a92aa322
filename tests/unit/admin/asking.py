"""The Admin API without a socket: requests go to the ASGI application, which answers from a real
database and a real cluster listener.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from gatepost.admin.access import Access
from gatepost.admin.api_paths import add_all
from gatepost.admin.ask import ControlPlane
from gatepost.admin.cluster import Cluster
from gatepost.admin.guard import Door
from gatepost.admin.issuers import Issuers
from gatepost.admin.login import Logins
from gatepost.admin.serving import application
from gatepost.outside import Calls
from gatepost.plugin import installed
from gatepost.store.database import DEFAULT, Database
from gatepost.values import Address

Answer = tuple[int, Any, dict[str, str]]
"""Status, what the body holds as JSON, headers by lower-case name (the last of each)."""


class Api:
    """An Admin API. closed: nobody comes in without a token."""

    def __init__(self, control: ControlPlane) -> None:
        self.control = control
        self.cookies: list[str] = []
        self._app = application(control, control.access)

    async def __call__(self, method: str, path: str, value: Any = None, **headers: str) -> Answer:
        """Send a request; header names are written with ``_`` for ``-``."""
        parts = urlsplit(path)
        body = b"" if value is None else json.dumps(value).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        sent = {"host": "127.0.0.1:8001", "content-type": "application/json", **named}
        scope = {
            "type": "http",
            "method": method,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "scheme": "http",
            "headers": [(name.encode(), text.encode()) for name, text in sent.items()],
        }
        said: list[Any] = []
        fields: list[tuple[bytes, bytes]] = []
        status = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                fields.extend(message["headers"])
            else:
                said.append(message.get("body", b""))

        await self._app(scope, receive, send)
        whole = b"".join(said)
        self.cookies = [text.decode() for name, text in fields if name == b"set-cookie"]
        found = {name.decode().lower(): text.decode() for name, text in fields}
        if found.get("content-type", "").startswith("application/yaml"):
            return status, whole.decode(), found
        return status, json.loads(whole) if whole else None, found


@asynccontextmanager
async def admin_api(
    database: Database,
    *,
    closed: bool = False,
    logins: Logins | None = None,
    listening: bool = False,
) -> AsyncIterator[Api]:
    """Make one. listening: nodes could come."""
    default = await database.planes.named(DEFAULT)
    assert default is not None
    access = Access(database, logins)
    await access.open(Door(Address("127.0.0.1", 8001), open_on_loopback=not closed))
    cluster = Cluster(database, Address("127.0.0.1", 0))
    control = ControlPlane(
        database=database,
        registry=installed(),
        cluster=cluster,
        access=access,
        issuers=Issuers(Calls()),
        plane=default.id,
        node_id="00000000-0000-4000-8000-000000000000",
    )
    add_all(control.paths)
    if listening:
        await cluster.start()
    try:
        yield Api(control)
    finally:
        if listening:
            await cluster.stop()
