"""Sending one request to a gateway, as a client would, and showing what comes back.

Only to gateways that nodes of the plane told of, or that the settings name; no redirect is
followed. Neither the request's secrets nor the answer are written down.
"""

import base64
import re
import secrets
from urllib.parse import urlsplit

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.gateways import Gateway, gateways
from gatepost.admin.problem import plain
from gatepost.outside import OneAnswer, OneRequest, send_one
from gatepost.values import Address, Headers

LIMIT = 1024 * 1024
"""Bytes of what is asked, and of an answer's body that are shown."""
PATIENCE = 30.0
"""Seconds for an answer."""
MARK = "Gatepost-Trace"

_PAGE = 1000
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_PATH = re.compile(r"/[!-~]{0,8191}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")
_MARK = re.compile(r"[A-Za-z0-9-]{1,64}")
_OURS = frozenset(
    {
        "connection", "content-length", "expect", "gatepost-trace", "host", "keep-alive",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that are made here: they say how the request travels."""


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A request. path: with its query. insecure: whatever certificate the gateway has."""

    gateway: str
    path: str
    method: str = "GET"
    host: str | None = None
    headers: list[tuple[str, str]] = []
    body: str | None = None
    mark: str | None = None
    insecure: bool = False

    def __repr__(self) -> str:
        return f"Wanted({self.method!r})"


async def page(ask: Ask) -> Response:
    """List where nodes of this control plane serve, as far as they are reached from here."""
    ask.allow(Role.OPERATOR)
    return answer({"data": [one.shown() for one in await known(ask)]})


async def send(ask: Ask) -> Response:
    """Send one request to a gateway and answer what came back, as it came."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    if wanted.gateway not in {one.url for one in await known(ask)}:
        raise plain(400, "gateway: choose one of those that GET /try/gateways lists")
    mark = wanted.mark or secrets.token_hex(8)
    request = read(wanted, mark)
    about = {
        "gateway": wanted.gateway,
        "method": wanted.method,
        "host": request.host,
        "path": wanted.path.partition("?")[0][:500],
        "mark": mark,
    }
    await noted(ask, "try", "requests", after=about)
    async with ask.control.abroad.turn(ask.plane, PATIENCE + 1):
        found = await send_one(request, seconds=PATIENCE, limit=LIMIT)
    return answer({**_shown(found), "mark": mark})


async def known(ask: Ask) -> list[Gateway]:
    """Return the gateways of a plane: of its nodes that are connected, and of the settings."""
    connected = ask.control.cluster.connected(ask.plane)
    here = {*connected, *await ask.control.cluster.elsewhere(ask.plane)}
    got = await ask.control.database.nodes.page(ask.plane, size=_PAGE)
    nodes = [one for one in got.items if one.id in here and one.revoked_at is None]
    return gateways(nodes, ask.control.abroad.settings.gateways)


def read(wanted: Wanted, mark: str) -> OneRequest:
    """Return the request. Raises Refused (400) for one that no client could send."""
    if not _TOKEN.fullmatch(wanted.method) or wanted.method == "CONNECT":
        raise plain(400, "method: write GET, POST or another method of HTTP")
    if not _PATH.fullmatch(wanted.path) or "#" in wanted.path:
        raise plain(400, "path: begin with / and percent-encode what is no visible ASCII")
    if not _MARK.fullmatch(mark):
        raise plain(400, "mark: at most 64 letters, digits and dashes")
    host = wanted.host or urlsplit(wanted.gateway).netloc
    if not _HOST.fullmatch(host):
        raise plain(400, "host: write a host name, with its port where that is in the Host header")
    for name, value in wanted.headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
            raise plain(400, f"headers: {name[:60]!a} cannot be set")
        if any(letter in value for letter in "\r\n\0"):
            raise plain(400, f"headers: the value of {name[:60]} holds what a header cannot")
    loopback = Address(urlsplit(wanted.gateway).hostname or "", 0).loopback
    return OneRequest(
        wanted.method,
        wanted.gateway + wanted.path,
        host,
        Headers([*wanted.headers, (MARK, mark)]),
        (wanted.body or "").encode(),
        verify=not (loopback or wanted.insecure),
    )


def _shown(found: OneAnswer) -> dict[str, object]:
    try:
        body, encoding = found.body.decode(), "text"
    except UnicodeDecodeError as error:
        cut = found.truncated and error.start >= len(found.body) - 3
        if cut:  # in the middle of a letter
            body, encoding = found.body[: error.start].decode(), "text"
        else:
            body, encoding = base64.b64encode(found.body).decode(), "base64"
    return {
        "status": found.status,
        "headers": [[_text(name), _text(value)] for name, value in found.headers],
        "body": body,
        "encoding": encoding,
        "truncated": found.truncated,
        "seconds": round(found.seconds, 4),
    }


def _text(field: str) -> str:
    """Return a header's text as JSON can hold it; bytes that are no UTF-8 are shown as such."""
    return field.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
