"""Where somebody comes in: with a token, or by logging in at the provider of the Admin API.

GET  /enter                     asks for a token, and leads to the provider where people log in
POST /enter                     takes a token that the Admin API knows
POST /leave                     forgets it, and the login
GET  /auth/login, /auth/callback  are the Admin API's own, passed on: its cookie becomes the
console's
"""

import logging
from pathlib import Path
from typing import final
from urllib.parse import quote

import aiohttp
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gatepost.console.admin_api import AdminApi, Credentials, Trouble, Unknown
from gatepost.console.guard import elsewhere
from gatepost.console.keeping import COOKIE, LOGIN_COOKIE, SECONDS, Keeper
from gatepost.oidc import local_target
from gatepost.values import Secret

log = logging.getLogger("gatepost.console")

_PASSED = frozenset({"/auth/login", "/auth/callback"})
_LONGEST = 4096
_KEPT_HEADERS = frozenset({"location", "set-cookie"})
_templates = Path(__file__).parent / "static"


@final
class Entrance:
    """keeper: seals tokens. url: of the Admin API. secure: browsers come over TLS."""

    def __init__(
        self, session: aiohttp.ClientSession, keeper: Keeper, url: str, *, secure: bool
    ) -> None:
        self._session = session
        self._keeper = keeper
        self._url = url
        self._secure = secure
        loader = FileSystemLoader(_templates)
        self._pages = Environment(loader=loader, autoescape=select_autoescape(default=True))

    def routes(self) -> list[Route]:
        """Return the paths that are open to everybody."""
        return [
            Route("/enter", self.show, methods=["GET"]),
            Route("/enter", self.take, methods=["POST"]),
            Route("/leave", self.leave, methods=["POST"]),
            *(Route(path, self.passed, methods=["GET"]) for path in sorted(_PASSED)),
        ]

    async def show(self, request: Request) -> Response:
        """Ask who is there."""
        return await self._asked(request, request.query_params.get("to"), problem=None)

    async def take(self, request: Request) -> Response:
        """Take a token, if the Admin API knows it."""
        form = await request.form(max_fields=10)
        to, given = str(form.get("to") or "/"), str(form.get("token") or "").strip()
        if not given or not given.isascii() or not given.isprintable() or len(given) > _LONGEST:
            return await self._asked(request, to, problem="That is no token.")
        token = Secret(given)
        away = elsewhere(request.scope, secure=self._secure)
        api = AdminApi(self._session, self._url, Credentials(token=token, address=away))
        try:
            await api.get("/auth/me")
        except Unknown:
            words = (
                "The Admin API does not take this token: it is not known, has ended or was revoked."
            )
            return await self._asked(request, to, problem=words)
        except Trouble as trouble:
            return await self._asked(request, to, problem=trouble.message)
        response = RedirectResponse(local_target(to) or "/", 303)
        response.set_cookie(
            COOKIE,
            self._keeper.sealed(token),
            max_age=int(SECONDS),
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def leave(self, request: Request) -> Response:
        """Forget the token and the login in this browser."""
        response = RedirectResponse("/enter", 303)
        for name in (COOKIE, LOGIN_COOKIE):
            response.delete_cookie(name, secure=self._secure, httponly=True, samesite="lax")
        return response

    async def passed(self, request: Request) -> Response:
        """Pass a step of a login on to the Admin API."""
        headers = {"X-Forwarded-For": elsewhere(request.scope, secure=self._secure) or "::1"}
        headers["Cookie"] = "; ".join(_login_cookies(request))
        target = self._url + request.url.path
        if request.url.query:
            target += f"?{request.url.query}"
        try:
            async with self._session.get(
                target, headers=headers, allow_redirects=False, timeout=aiohttp.ClientTimeout(30)
            ) as answer:
                content = await answer.content.read(1_048_576)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("a login could not be passed on: %s", type(error).__name__)
            words = f"The Admin API at {self._url} does not answer, so nobody can log in now."
            return await self._asked(request, "/", problem=words)
        if answer.status >= 400:
            return await self._asked(request, "/", problem=_message(content, answer.status))
        response = Response(b"", answer.status)
        for name, value in answer.headers.items():
            if name.lower() in _KEPT_HEADERS:
                response.headers.append(name, value)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _asked(self, request: Request, to: str | None, *, problem: str | None) -> Response:
        target = local_target(to or "/") or "/"
        shown = self._pages.get_template("enter.html").render(
            to=target,
            login=f"/auth/login?return_to={quote(target, safe='')}"
            if await self._logins()
            else None,
            problem=problem,
            admin=self._url,
            theme=request.cookies.get("gatepost_theme", ""),
        )
        return HTMLResponse(shown, 400 if problem else 200)

    async def _logins(self) -> bool:
        """Say whether people log in to this Admin API: where they do not, the path is not there."""
        try:
            async with self._session.get(
                f"{self._url}/auth/login", allow_redirects=False, timeout=aiohttp.ClientTimeout(5)
            ) as answer:
                return answer.status != 404
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False


def _login_cookies(request: Request) -> list[str]:
    """Return the cookies that are the Admin API's own, as they came: nothing else is its business.

    Not by their parsed values, which may be written in another way than they came.
    """
    came = ";".join(request.headers.getlist("cookie")).split(";")
    return [one.strip() for one in came if one.strip().startswith(LOGIN_COOKIE)]


def _message(content: bytes, status: int) -> str:
    import msgspec

    try:
        told = msgspec.json.decode(content, type=dict[str, object])
    except msgspec.MsgspecError:
        told = {}
    return str(told.get("message") or f"The Admin API answered {status}.")
