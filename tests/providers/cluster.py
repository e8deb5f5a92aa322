"""A cluster listener in this event loop, and nodes of it that are nothing but their certificate."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from gatepost.feed import messages as say
from gatepost.feed.authority import (
    SERVER_NAME,
    Authority,
    fingerprint,
    issue_node,
    key_pem,
    make_authority,
    new_key,
    request_for,
)
from gatepost.feed.calling import verifying
from gatepost.feed.listener import ClusterListener
from gatepost.feed.membership import Member
from gatepost.feed.patience import Patience
from gatepost.values import Address
from tests.providers.keepers import Kept

PLANE = "plane-a"
QUICK = Patience(
    connect=2.0, ping=0.2, silence=1.0, first=0.02, most=0.1, answer=5.0, touch=0.3, tell=2.0
)


class Cluster:
    """The listener, with what it keeps in reach."""

    def __init__(self, directory: Path, authority: Authority, kept: Kept) -> None:
        self.directory, self.authority, self.kept = directory, authority, kept
        self.address = Address("127.0.0.1", 0)
        self.listener: ClusterListener

    async def start(self, patience: Patience = QUICK, **more: Any) -> None:
        self.listener = ClusterListener(
            self.address, self.authority, self.kept.keepers, patience=patience, **more
        )
        self.address = await self.listener.start()

    def token(self, plane: str = PLANE, life: float = 60.0) -> str:
        pin = fingerprint(self.authority.certificate)
        return self.kept.tickets.make(self.address, pin, plane, life)

    def identity(
        self, node: str | None = None, plane: str = PLANE, *, life: float = 60.0,
        authority: Authority | None = None,
    ) -> tuple[str, Path]:  # fmt: skip
        """Make a node; return its id and the file of its key and certificate."""
        ident = node or str(uuid.uuid4())
        key, now = key_pem(new_key()), time.time()
        if life < 0:  # one that has expired
            now, life = now - 100.0, 50.0
        issued = issue_node(
            authority or self.authority, request_for(key), Member(plane, ident),
            now=now, life=life,
        )  # fmt: skip
        self.kept.members.planes[ident] = plane
        file = self.directory / f"{uuid.uuid4().hex}.pem"
        file.write_bytes(key + issued.pem)
        return ident, file

    @contextlib.asynccontextmanager
    async def connect(
        self, file: Path | None, path: str = "/v1/feed"
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        context = verifying(self.authority.certificate, file)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                f"https://{self.address}{path}", ssl=context, server_hostname=SERVER_NAME
            ) as socket,
        ):
            yield socket


@contextlib.asynccontextmanager
async def cluster(directory: Path, **more: Any) -> AsyncIterator[Cluster]:
    made = Cluster(directory, make_authority(now=time.time()), Kept(time.time))
    await made.start(**more)
    try:
        yield made
    finally:
        await made.listener.stop()


def hello(node: str, **more: Any) -> str:
    said = {
        "protocol": 1, "node": node, "hostname": "h", "release": "1", "boot": "b", "hash": "",
        "version": 0, "sync": "waiting", "epoch": "", "last": 0, **more,
    }  # fmt: skip
    return say.write(say.Hello(**said))


async def hear(socket: aiohttp.ClientWebSocketResponse, patience: float = 5.0) -> Any:
    """Return the next message that is no ping: a message, bytes, or the close code and reason."""
    while True:
        message = await socket.receive(patience)
        if message.type is aiohttp.WSMsgType.TEXT:
            said = say.read_from_control_plane(message.data)
            if not isinstance(said, say.Ping):
                return said
        elif message.type is aiohttp.WSMsgType.BINARY:
            return message.data
        elif message.type is aiohttp.WSMsgType.CLOSE:
            return message.data, message.extra
        else:
            return socket.close_code, ""


async def until(true: Any, what: str, patience: float = 5.0) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        await asyncio.sleep(0.01)


__all__ = ["PLANE", "QUICK", "Cluster", "cluster", "hear", "hello", "until"]
