"""Who may speak for a page that is open: the browser it was made for, and no other.

NiceGUI knows an open page by an id alone. It stands in addresses (of its WebSocket, of uploads),
and so in what proxies log: whoever read it there could press its buttons, with the rights of whom
the page was made for. So a socket, or an upload, must come with what the page was asked for with.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import Client, core
from nicegui import nicegui as inside
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.console.keeping import Keeper

_UPLOADS = "/_nicegui/client/"


_MOST_WAITING = 100
"""Pages that were asked for and that no browser has opened yet: a megabyte each, for a minute."""


def make_room() -> None:
    """Forget the oldest of the pages that no browser came back for, if there are too many."""
    waiting = [
        one
        for one in Client.instances.values()
        if not one.has_socket_connection and not one._delete_tasks
    ]
    for one in waiting[: max(0, len(waiting) - _MOST_WAITING)]:
        one.delete()


def bind(keeper: Keeper) -> None:
    """Have NiceGUI's sockets looked at. There is one NiceGUI in a process."""
    handshake = inside._on_handshake

    async def checked(sid: str, data: Any) -> bool:
        if not _fits(keeper, data, core.sio.get_environ(sid) or {}):
            return False  # the page loads itself anew then
        fits: bool = await handshake(sid, data)
        return fits

    # the one that is made with a message, and the one that comes with the connection
    core.sio.on("handshake", checked)
    setattr(inside, "_on_handshake", checked)  # noqa: B010 - it is no variable of ours
    for name in ("event", "javascript_response", "ack", "log"):
        core.sio.on(name, _of_its_own(core.sio.handlers["/"][name]))


def _of_its_own(handler: Callable[[str, Any], Any]) -> Callable[[str, Any], Awaitable[None]]:
    """Return a handler that hears only what a socket says of the page that it belongs to."""

    async def heard(sid: str, message: Any) -> None:
        if isinstance(message, dict) and message.get("client_id") in core.sio.rooms(sid):
            handler(sid, message)

    return heard


def _fits(keeper: Keeper, data: Any, environ: dict[str, Any]) -> bool:
    page = Client.instances.get(str(data.get("client_id"))) if isinstance(data, dict) else None
    scope = environ.get("asgi.scope")
    if page is None or not isinstance(scope, dict):
        return False
    # what it was made with, then: a token's time may have ended since
    made_with = getattr(page.request.state, "credentials", None)
    return made_with is not None and keeper.of(HTTPConnection(scope)) == made_with


class Uploads:
    """Wraps the application: files come from the page that asks for them."""

    def __init__(self, app: ASGIApp, keeper: Keeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] == "http" and scope["path"].startswith(_UPLOADS):
            ident = scope["path"].removeprefix(_UPLOADS).partition("/")[0]
            if not _fits(self._keeper, {"client_id": ident}, {"asgi.scope": scope}):
                words = "There is no such page (any more)."
                await JSONResponse({"message": words}, 404)(scope, receive, send)
                return
        await self._app(scope, receive, send)
