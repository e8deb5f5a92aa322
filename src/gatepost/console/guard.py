"""Who may speak to the console at all, and what a page of it may load.

A page that rebinds its name to 127.0.0.1 sends its own name as Host, a page elsewhere that opens a
WebSocket to us sends its Origin: both are refused before anything is done, as the Admin API does.
Each answer says what a browser may do with it (Content Security Policy Level 3).
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, final

from gatepost.values import Address, Fault

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

_OF_PROXIES = frozenset({b"forwarded", b"via", b"x-real-ip", b"x-client-ip"})
PATIENCE = 10.0
"""Seconds for a body."""
_FILES = "/_nicegui/client/"
_BODIES = ((_FILES, 4 * 1_048_576), ("/_nicegui_ws/", 1_100_000), ("/", 65_536))
"""Bytes of a request's body, by how its path begins: files, what pages say, forms."""
_SCRIPT = re.compile(rb"<script(?=[\s>])")


@dataclass(frozen=True, slots=True)
class Door:
    """How the console is reached. names: hosts beside its address; empty for those alone.

    secure: over TLS, by a proxy in front.
    """

    bound: Address
    names: frozenset[str] = frozenset()
    secure: bool = False

    def knows(self, host: str) -> bool:
        """Say whether a Host is a name of the console."""
        if not host or host.startswith(":") or host.isdigit():
            return False
        try:
            named = Address.parse(host)
        except Fault:
            return False
        name = named.host.lower()
        if named.loopback or name == self.bound.host.lower() or name in self.names:
            return True
        return not self.bound.loopback and not self.names


@final
class Guard:
    """Wraps the console's application."""

    def __init__(self, app: App, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what may come in, refuse the rest."""
        if scope["type"] == "http" and not scope["path"].startswith(_FILES):
            receive = _Whole(receive)
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        why = refusal(scope, self._door)
        if why is not None:
            await _refuse(scope, receive, send, 403, why)
        elif scope["type"] == "http" and (long := unbounded(scope)) is not None:
            await _refuse(scope, receive, send, *long)
        elif isinstance(receive, _Whole) and not await receive.came():
            await _refuse(scope, receive, send, 408, "The rest of this request did not come.")
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            # NiceGUI would write it into the page
            headers = [pair for pair in scope["headers"] if pair[0] != b"x-forwarded-prefix"]
            headers += [(b"x-forwarded", b"")] * (len(headers) < len(scope["headers"]))
            await self._app(
                {**scope, "headers": headers}, receive, _Guarded(send, secure=self._door.secure)
            )


def refusal(scope: Message, door: Door) -> str | None:
    """Return why a request is not served, None when it is."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    hosts = [value for name, value in headers if name == b"host"]
    host = hosts[0].decode("latin-1") if len(hosts) == 1 else ""
    if not door.knows(host):
        return (
            "The Host of this request is no name of the console. Reach it by its address, or add "
            "the name to GATEPOST_CONSOLE_NAMES."
        )
    origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
    if scope["type"] == "websocket" and not origins:
        return "A WebSocket to the console is opened by one of its own pages."
    if origins and (len(origins) > 1 or not _same(origins[0], host)):
        return "The console does not serve pages of other origins."
    return None


def unbounded(scope: Message) -> tuple[int, str] | None:
    """Return status and words for a body that may have no end, or is too long; None for others."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if any(name == b"transfer-encoding" for name, _ in headers):
        return 411, "The console takes requests that say how long they are."
    sizes = [int(value) for name, value in headers if name == b"content-length" and value.isdigit()]
    most = next(size for begin, size in _BODIES if scope["path"].startswith(begin) or begin == "/")
    if max(sizes, default=0) > most:
        return 413, f"This is longer than the {most:,} bytes that the console takes here."
    return None


def elsewhere(scope: Message, *, secure: bool) -> str | None:
    """Return the address of a browser that is not on this machine, None when it is.

    What a proxy passes on comes over loopback too. It shows by what proxies say, by the name that
    the console is known by elsewhere (a page that rebound its name comes with one, too), by a
    version of HTTP that no browser speaks; and where there is one (secure), nobody is here.
    """
    peer = scope["client"][0] if scope.get("client") else "0.0.0.0"  # noqa: S104 - nowhere near
    if not Address(peer, 0).loopback:
        return str(peer)
    told = any(n in _OF_PROXIES or n.startswith(b"x-forwarded") for n, _ in scope["headers"])
    if secure or told or scope.get("http_version") == "1.0" or not _names_loopback(scope):
        return "unknown"
    return None


def _names_loopback(scope: Message) -> bool:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    try:
        return len(hosts) == 1 and bool(hosts[0]) and Address.parse(hosts[0]).loopback
    except Fault:
        return False


class _Whole:
    """Reads a body before anybody waits for it: one that does not come holds nothing up."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._body: bytes | None = None

    async def came(self) -> bool:
        """Read it; say whether all of it came, in time."""
        pieces = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    message = await self._receive()
                    if message["type"] != "http.request":
                        return False
                    pieces.append(message.get("body", b""))
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            return False
        self._body = b"".join(pieces)
        return True

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Guarded:
    """Adds headers to an answer; an HTML page's scripts get the word by which they may run."""

    def __init__(self, send: Send, *, secure: bool) -> None:
        self._send = send
        self._secure = secure
        self._begun: Message | None = None
        self._word = secrets.token_urlsafe(16)
        self._pieces: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in message["headers"]]
            html = any(n == b"content-type" and v.startswith(b"text/html") for n, v in headers)
            packed = any(n == b"content-encoding" for n, _ in headers)
            own = {b"cache-control"} if html else set()
            kept = [pair for pair in headers if pair[0] not in own]
            message["headers"] = [*kept, *_policy(self._word, html=html, secure=self._secure)]
            if html and not packed:
                self._begun = message
                return
        elif self._begun is not None:
            self._pieces.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(self._pieces)
            body = _SCRIPT.sub(b'<script nonce="' + self._word.encode() + b'"', page)
            sized = [pair for pair in self._begun["headers"] if pair[0] != b"content-length"]
            self._begun["headers"] = [*sized, (b"content-length", b"%d" % len(body))]
            await self._send(self._begun)
            self._begun = None
            await self._send({"type": "http.response.body", "body": body})
            return
        await self._send(message)


def _policy(word: str, *, html: bool, secure: bool) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"x-content-type-options", b"nosniff"),
        # with no-referrer a browser sends the forms of our own pages with "Origin: null"
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
    ]
    if secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    if not html:
        return headers
    # Vue compiles its templates in the browser, and NiceGUI sends what a page is to run as text:
    # both want 'unsafe-eval'. Its elements have style attributes. Everything else is the
    # console's own.
    policy = (
        f"default-src 'none'; script-src 'self' 'nonce-{word}' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )
    headers.append((b"content-security-policy", policy.encode()))
    headers.append((b"cache-control", b"no-store"))
    return headers


async def _refuse(scope: Message, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why[:100]})
        return
    body = why.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),  # whatever else comes is not read
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _same(origin: str, host: str) -> bool:
    scheme, _, name = origin.partition("://")
    return scheme in ("http", "https") and name.lower() == host.lower()
