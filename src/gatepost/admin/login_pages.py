"""Where a browser logs in to the Admin API. These paths are open: nobody is known there yet.

GET  /auth/login?return_to=/…   to the provider
GET  /auth/callback             back from it, with a code
POST /auth/logout               the login is forgotten in this browser
"""

import logging
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gatepost.admin.ask import answer
from gatepost.admin.guard import COOKIE
from gatepost.admin.login import MINUTES, Logins
from gatepost.values import By, Fault

log = logging.getLogger("gatepost.admin")

_FLOW = "gatepost_admin_flow"
_PATHS = {("GET", "/auth/login"), ("GET", "/auth/callback"), ("POST", "/auth/logout")}


def is_open(method: str, path: str) -> bool:
    """Say whether a path is one of these."""
    return (method, path) in _PATHS


async def respond(request: Request, logins: Logins | None) -> Response:
    """Answer one of them. logins: None where people do not log in: 404."""
    if logins is None:
        return answer({"message": "Not found"}, 404)
    secure = logins.settings.url.startswith("https:")
    try:
        if request.url.path == "/auth/logout":
            response: Response = answer({"message": "logged out"})
            response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True)
            return response
        if request.url.path == "/auth/login":
            step = await logins.begin(request.query_params.get("return_to"))
            response = RedirectResponse(step.location, 302)
            _keep(response, _FLOW, step.sealed, MINUTES, "/auth", secure=secure)
        else:
            parameters = parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=50)
            step = await logins.complete(parameters, request.cookies.get(_FLOW, ""))
            response = RedirectResponse(step.location, 303)
            response.delete_cookie(_FLOW, path="/auth", secure=secure, httponly=True)
            _keep(response, COOKIE, step.sealed, logins.settings.seconds, "/", secure=secure)
    except (Fault, ValueError) as error:
        return _failed(error)
    response.headers["Cache-Control"] = "no-store"
    return response


def _keep(
    response: Response, name: str, sealed: str, seconds: float, path: str, *, secure: bool
) -> None:
    response.set_cookie(
        name, sealed, max_age=int(seconds), path=path, secure=secure, httponly=True, samesite="lax"
    )


def _failed(error: Fault | ValueError) -> Response:
    if not isinstance(error, Fault):
        return answer({"message": "The address is malformed"}, 400)
    log.warning("a login failed: %s", error)
    if error.code == "admin.no_role":
        return answer({"message": error.message}, 403)
    if error.by is By.CLIENT:
        return answer({"message": f"{error.message} Begin anew at /auth/login."}, 400)
    return answer({"message": error.message}, 503, {"Retry-After": "5"})
