"""Answers of the management calls, in Okta's shape, and what all kinds of things share."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gatepost.idp import okta
from gatepost.idp.directory import Lifecycle


def reply(members: object, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(msgspec.json.encode(members), status, media_type="application/json")


def not_found(what: str, kind: str) -> Response:
    """Return Okta's 404."""
    return reply(okta.problem("E0000007", f"Not found: Resource not found: {what} ({kind})"), 404)


def invalid(reason: object) -> Response:
    """Return Okta's 400 with the reason."""
    return reply(okta.problem("E0000001", f"Api validation failed: {reason}"), 400)


def listed(
    request: Request, found: Iterable[Any], write: Callable[[Any], Any], name: Callable[[Any], str]
) -> Response:
    """List things whose name begins with ``?q=``; other queries are refused, not ignored."""
    if request.query_params.keys() - {"q"}:
        return invalid("the query may be q, the beginning of a name")
    start = request.query_params.get("q", "").lower()
    return reply([write(one) for one in found if name(one).lower().startswith(start)])


def lived(request: Request, life: Lifecycle | None, kind: str) -> Response:
    """Begin or end a life, as the path says; None is a thing that is not there."""
    verb = request.path_params["verb"]
    if life is None:
        return not_found(request.path_params["id"], kind)
    if verb == "deactivate":
        life.end()
    elif verb == "activate":
        life.begin()
    else:
        return not_found(verb, "lifecycle operation: activate or deactivate")
    return reply({})
