"""The Admin API without a socket: an application over a database, and requests made by hand."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from gatepost.admin.access import Access
from gatepost.admin.ask import ControlPlane
from gatepost.admin.caller import Caller, Role
from gatepost.admin.guard import Door
from gatepost.admin.login import Logins
from gatepost.admin.running import control_plane
from gatepost.admin.serving import application
from gatepost.admin.settings import ControlPlaneSettings
from gatepost.outside import Calls
from gatepost.store.database import Database
from gatepost.values import Address
from tests.databases import KEY, opened


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    headers: Headers
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def told(self) -> tuple[int, Any]:
        """Return the status and the JSON, None where there is no body."""
        return self.status, self.json() if self.body else None

    @property
    def cookies(self) -> list[str]:
        return self.headers.getlist("set-cookie")


@dataclass
class Desk:
    """Asks the application. caller: who asks, None to be judged as everybody is."""

    control: ControlPlane
    caller: Caller | None = field(default_factory=lambda: Caller("tests", Role.ADMIN, "loopback"))
    app: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        self.app = application(self.control, self)  # type: ignore[arg-type]  # all that it asks for

    async def ask(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        raw: bytes | None = None,
        **headers: str,
    ) -> Said:
        """Send a request; header names are written with ``_`` for ``-``."""
        body = raw if raw is not None else b"" if value is None else json.dumps(value).encode()
        named = {"host": "127.0.0.1:8001"}
        if value is not None:
            named["content-type"] = "application/json"
        named |= {name.replace("_", "-"): text for name, text in headers.items()}
        where, _, query = path.partition("?")
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": where,
            "raw_path": quote(where, safe="/%").encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), text.encode()) for name, text in named.items()],
        }
        await self.app(scope, receive, send)
        raw_headers = Headers(raw=list(sent[0]["headers"]))
        whole = b"".join(message.get("body", b"") for message in sent[1:])
        return Said(sent[0]["status"], raw_headers, whole)

    async def make(self, path: str, **data: Any) -> Any:
        """Create an entity, which must work, and return it."""
        said = await self.ask("POST", path, data)
        assert said.status == 201, said.body
        return said.json()

    async def get(self, path: str) -> Any:
        said = await self.ask("GET", path)
        assert said.status == 200, said.body
        return said.json()

    async def judge(self, headers: Headers, cookies: Mapping[str, str], reads: bool) -> Caller:
        return self.caller or await self.control.access.judge(headers, cookies, reads)

    @property
    def logins(self) -> Logins | None:
        return self.control.access.logins


@asynccontextmanager
async def desk_over(database: Database) -> AsyncIterator[Desk]:
    settings = ControlPlaneSettings(prefix=Path(), cluster=Address("127.0.0.1", 0))
    calls = Calls()
    yield Desk(await control_plane(database, settings, KEY, calls))
    await calls.close()


@asynccontextmanager
async def judging_desk(
    database: Database,
    *,
    closed: bool = False,
    logins: Logins | None = None,
    listening: bool = False,
) -> AsyncIterator[Desk]:
    """Make one at which everybody is judged. closed: nobody comes in without a token.

    listening: nodes could come.
    """
    async with desk_over(database) as plain:
        access = Access(database, logins)
        await access.open(Door(Address("127.0.0.1", 8001), open_on_loopback=not closed))
        desk = Desk(replace(plain.control, access=access), caller=None)
        if listening:
            await desk.control.cluster.start()
        try:
            yield desk
        finally:
            if listening:
                await desk.control.cluster.stop()


@asynccontextmanager
async def desk_at(url: str) -> AsyncIterator[Desk]:
    """Open a database, maybe one that another desk has open too."""
    async with opened(url) as database, desk_over(database) as desk:
        yield desk


@asynccontextmanager
async def a_desk(directory: Path) -> AsyncIterator[Desk]:
    async with desk_at(f"sqlite:///{directory / 'desk.db'}") as desk:
        yield desk
