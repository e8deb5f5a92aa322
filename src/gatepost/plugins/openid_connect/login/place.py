"""Where a browser is: the address of the page it opened, as it sees it."""

import re
from typing import Final
from urllib.parse import quote

from gatepost.plugin.request import Request
from gatepost.values import By, Fault

_AUTHORITY: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
_DEFAULT: Final = {"http": "80", "https": "443"}
_SAFE: Final = "!$%&'()*+,-./:;=?@_~[]|^`{}\"<>\\"
_LONGEST: Final = 1_500


def origin(request: Request) -> str:
    """Return ``https://host`` or ``https://host:port`` as the browser knows this gateway.

    From X-Forwarded-Proto, -Host and -Port where a trusted proxy sent them, else from Host.
    Raises Fault(by=CLIENT), code ``request.bad_host``.
    """
    scheme, headers = request.connection("scheme"), request.headers()
    authority = headers.get("host") or ""
    if request.connection("trusted") == "1":
        told, port = headers.get("x-forwarded-host"), headers.get("x-forwarded-port")
        if told and _AUTHORITY.fullmatch(told):
            authority = told
        if port and port.isdigit() and len(port) <= 5:
            host = authority.rpartition(":")[0] if _has_port(authority) else authority
            authority = f"{host}:{port}"
    if not _AUTHORITY.fullmatch(authority):
        raise Fault("request.bad_host", "The Host header is not the name of a host.", by=By.CLIENT)
    if _has_port(authority) and authority.rpartition(":")[2] == _DEFAULT.get(scheme):
        authority = authority.rpartition(":")[0]
    return f"{scheme}://{authority.lower()}"


def own_path(request: Request) -> str:
    """Return the path of the page, as it can stand in an address of the same origin."""
    path = request.path()
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return "/"
    text = _quoted(path, _SAFE.replace("?", "").replace("\\", ""))
    return text if len(text) <= _LONGEST else "/"


def own_target(request: Request, *, query: bool) -> str:
    """Return path and query of the page. A query that is too long to keep is left out."""
    path, args = own_path(request), request.args() if query else None
    if not args:
        return path
    target = f"{path}?{_quoted(args, _SAFE)}"
    return target if len(target) <= _LONGEST else path


def _quoted(text: str, safe: str) -> str:
    """Encode what must not stand in an address; text is latin-1, as all of a request is."""
    return quote(text.encode("latin-1", "replace"), safe=safe)


def _has_port(authority: str) -> bool:
    return ":" in authority.rpartition("]")[2]
