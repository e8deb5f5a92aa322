"""The status API: how the node is, its metrics, and revocation."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from gatepost.node.guard import Guard
from gatepost.node.revoking import Done
from gatepost.plugin.revocation_wish import Wish, read_wish
from gatepost.values import Address, By, Fault

_STATUS = {
    "status.browser": 403,
    "status.host": 403,
    "status.closed": 403,
    "status.token": 401,
    "status.media_type": 415,
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Node(Protocol):
    """What the status API shows."""

    async def status(self) -> dict[str, Any]:
        """Return the whole picture."""
        ...

    def not_ready(self) -> str | None:
        """Return why no traffic should be sent here, or None when it may."""
        ...

    async def metrics(self) -> str:
        """Return Prometheus text."""
        ...

    async def revoke(self, wish: Wish) -> Done:
        """Revoke; return what was, once it bites on this node. Fault when it does not."""
        ...

    def revocations(self) -> list[dict[str, Any]]:
        """Return the live revocations."""
        ...


class StatusApi:
    """The server. It answers from the moment it starts, long before the node is ready."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._guard: Guard | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, address: Address, guard_token: Any = None) -> Address:
        """Listen; return the address in use. OSError when the port is taken."""
        app = web.Application(middlewares=[self._guarded], client_max_size=65536)
        app.add_routes(
            [
                web.get("/status", self._status),
                web.get("/status/ready", self._ready),
                web.get("/metrics", self._metrics),
                web.get("/revocations", self._list),
                web.post("/revocations", self._revoke),
            ]
        )
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await runner.setup()
        site = web.TCPSite(runner, address.host, address.port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        port: int = runner.addresses[0][1]
        self._guard = Guard(address.with_port(port), guard_token)
        return address.with_port(port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = request.headers
        try:
            if self._guard is None:
                return _json({"message": "starting"}, 503)
            if len(headers.getall("Host", [])) != 1:
                raise Fault("status.host", "Send one Host header.", by=By.CLIENT)
            self._guard.look(
                headers.get("Host"), headers.get("Origin"), headers.get("Sec-Fetch-Site")
            )
            if request.path == "/revocations":
                media = request.content_type if request.method == "POST" else None
                self._guard.act(headers.get("Authorization"), media)
            return await handler(request)
        except Fault as fault:
            status = _STATUS.get(fault.code, 400 if fault.by is By.CLIENT else 503)
            extra = {"Retry-After": str(fault.retry_after or 1)} if status == 503 else {}
            return _json({"message": fault.message, "code": fault.code}, status, extra)
        except web.HTTPException as error:
            return _json({"message": error.reason}, error.status)

    async def _status(self, request: web.Request) -> web.Response:
        return _json(await self._node.status())

    async def _ready(self, request: web.Request) -> web.Response:
        why = self._node.not_ready()
        if why is not None:
            return _json({"message": why}, 503)
        return _json({"message": "ready"})

    async def _metrics(self, request: web.Request) -> web.Response:
        text = await self._node.metrics()
        return web.Response(text=text, content_type="text/plain", charset="utf-8")

    async def _list(self, request: web.Request) -> web.Response:
        return _json({"data": self._node.revocations()})

    async def _revoke(self, request: web.Request) -> web.Response:
        wish = read_wish(await request.read())
        # Shielded: a revocation that has begun is finished also when the asker hangs up.
        done = await asyncio.shield(asyncio.ensure_future(self._node.revoke(wish)))
        reach = done.reach
        rooms: dict[str, Any] = {"told": list(reach.told), "away": list(reach.away)}
        if reach.control_plane is not None:
            rooms["control_plane"] = reach.control_plane
        return _json({"data": done.entries, "reach": str(reach), "rooms": rooms}, 201)


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(value).encode() + b"\n",
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
