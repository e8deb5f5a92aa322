"""The Admin API without a socket: an application over a SQLite file, and requests made by hand."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from gatepost.admin.ask import ControlPlane
from gatepost.admin.caller import Caller, Role
from gatepost.admin.running import control_plane
from gatepost.admin.serving import application
from gatepost.admin.settings import ControlPlaneSettings
from gatepost.outside import Calls
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


@dataclass
class Desk:
    """Asks the application; ``caller`` may be changed."""

    control: ControlPlane
    caller: Caller = field(default_factory=lambda: Caller("tests", Role.ADMIN, "loopback"))
    app: ASGIApp | None = None
    logins: None = None

    async def ask(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        raw: bytes | None = None,
        **headers: str,
    ) -> Said:
        body = raw if raw is not None else b"" if value is None else json.dumps(value).encode()
        named = {"content-type": "application/json"} if value is not None else {}
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
        app = self.app or application(self.control, self)  # type: ignore[arg-type]
        await app(scope, receive, send)
        raw_headers = Headers(raw=list(sent[0]["headers"]))
        return Said(sent[0]["status"], raw_headers, sent[1].get("body", b""))

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
        return self.caller


@asynccontextmanager
async def desk_at(url: str) -> AsyncIterator[Desk]:
    """Open a database, maybe one that another desk has open too."""
    async with opened(url) as database:
        settings = ControlPlaneSettings(prefix=Path(), cluster=Address("127.0.0.1", 0))
        calls = Calls()
        yield Desk(await control_plane(database, settings, KEY, calls))
        await calls.close()


@asynccontextmanager
async def a_desk(directory: Path) -> AsyncIterator[Desk]:
    async with desk_at(f"sqlite:///{directory / 'desk.db'}") as desk:
        yield desk
