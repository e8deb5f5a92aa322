"""From a request to its answer: who calls, which path, which handler, and every error in JSON.

Answering      errors, Server, X-Kong-Admin-Latency
  Entrance     finds out who calls, before anything of the request is done
    Dispatch   path and method to handler; OPTIONS, HEAD, 404, 405
"""

import logging
import time
import traceback

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost import __version__
from gatepost.admin import login_pages
from gatepost.admin.access import Access
from gatepost.admin.ask import Ask, ControlPlane, answer, nothing, refusal
from gatepost.admin.caller import Caller
from gatepost.admin.paths import read_path
from gatepost.admin.problem import Refused, not_allowed, not_found, plain
from gatepost.store.database import UnknownPlane
from gatepost.values import By, Fault

log = logging.getLogger("gatepost.admin")

_STATUS = {"admin.token": 401, "admin.duplicate": 400}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Answering:
    """Turns whatever comes out of the application into an answer that says who gave it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        begun = time.monotonic()
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                headers["Server"] = f"gatepost/{__version__}"
                headers["X-Kong-Admin-Latency"] = str(int((time.monotonic() - begun) * 1000))
                message = {**message, "headers": headers.raw}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if started:
                raise
            await said(error)(scope, receive, sending)


class Entrance:
    """Finds out who calls and puts the Caller into the request's state; lets people log in."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of a caller who is let in."""
        request = Request(scope)
        if login_pages.is_open(scope["method"], scope["path"]):
            response = await login_pages.respond(request, self._access.logins)
            await response(scope, receive, send)
            return
        reads = scope["method"] in _READS
        caller = await self._access.judge(request.headers, request.cookies, reads)
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


class Dispatch:
    """Hands each request to the handler of its path and method."""

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        segments = read_path(request.scope["raw_path"])
        plane = self._control.plane
        if segments[:2] == ["v2", "control-planes"] and segments[3:4] == ["core-entities"]:
            plane, segments = segments[2], segments[4:]
            if segments[:1] == ["v2"] or await self._control.database.planes.get(plane) is None:
                raise not_found()
        found = self._control.paths.find(segments)
        if found is None:
            raise not_found()
        endpoint, names = found
        if request.method == "OPTIONS":
            return nothing({"Allow": ", ".join(endpoint.allowed)})
        handler = endpoint.methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            raise not_allowed(endpoint.allowed)
        caller: Caller = request.scope["state"]["caller"]
        response: Response = await handler(
            Ask(request, self._control, caller, plane, names=tuple(names))
        )
        return response


def application(control: ControlPlane, access: Access) -> ASGIApp:
    """Return the Admin API as an ASGI application."""
    return Answering(Entrance(Dispatch(control), access))


def said(error: Exception) -> Response:
    """Return the answer for anything that was raised; what nobody expected is logged."""
    match error:
        case Refused():
            return refusal(error)
        case UnknownPlane():
            return refusal(not_found())
        case Fault(by=By.CLIENT):
            status = _STATUS.get(error.code, 403)
            extra = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            return answer({"message": error.message}, status, extra)
        case Fault(retry_after=int() as seconds):
            log.error("%s", error)
            return refusal(plain(503, error.message, {"Retry-After": str(seconds)}))
    # the text of an error may hold anything, so that only where it happened is written down
    where = "".join(traceback.format_tb(error.__traceback__))
    code = error.code if isinstance(error, Fault) else type(error).__name__
    log.error("unexpected %s at\n%s", code, where)
    return answer({"message": "An unexpected error occurred"}, 500)
