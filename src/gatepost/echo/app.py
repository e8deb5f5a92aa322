"""The ASGI application: one method per path, plain ASGI so that nothing is hidden or repaired."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import final

import msgspec

from gatepost.echo.page import POLICY, render
from gatepost.echo.received import (
    Receive,
    Scope,
    Send,
    TooLongError,
    describe,
    header_fields,
    read_body,
)

_JSON = (b"content-type", b"application/json")
_CHUNK = 64 * 1024
_LIMITS = {"bytes": 100 * 1024 * 1024, "stream": 1_000_000, "sse": 1_000_000, "delay": 300}
_HELP = (
    "/ (a page) /get /anything /headers /status/{200..599} /delay/{seconds} /stream/{n} /sse/{n} "
    "/bytes/{n} /pipe /ws"
)

Handler = Callable[[Scope, Receive, Send, str], Awaitable[None]]


@final
class Echo:
    """Answers every request with what it received.

    name: tells instances apart; it stands in every JSON answer and in the header ``Echo-Name``.
    """

    def __init__(self, name: str = "echo") -> None:
        self.name = name
        self._by_first_segment: dict[str, Handler] = {
            "": self._page,
            "get": self._get,
            "anything": self._anything,
            "headers": self._headers,
            "status": self._status,
            "delay": self._delay,
            "stream": self._stream,
            "sse": self._sse,
            "bytes": self._bytes,
            "pipe": self._pipe,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket (ASGI 3)."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        # The raw path decides: `/get%2f..` is not `/get`, and must not look like it to a test.
        first, _, rest = scope["raw_path"].decode("latin-1")[1:].partition("/")
        handler = self._by_first_segment.get(first)
        if handler is None:
            await self._json(send, {"error": f"not found; there is {_HELP}"}, status=404)
            return
        try:
            await handler(scope, receive, send, rest)
        except _BadPathError as error:
            await self._json(send, {"error": str(error)}, status=400)
        except TooLongError:
            await self._json(send, {"error": "the body is too long to be shown"}, status=413)

    async def _get(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        if rest:
            raise _BadPathError("/get has nothing below it; use /anything/…")
        if scope["method"] not in {"GET", "HEAD"}:
            await self._json(send, {"error": "use GET, or /anything"}, status=405)
            return
        await self._anything(scope, receive, send, rest)

    async def _page(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        """Show a person what arrived; a program that asks for no page gets JSON."""
        body = await read_body(receive)
        fields = header_fields(scope)
        accepts = ",".join(value for name, value in fields if name.lower() == "accept")
        if rest or "text/html" not in accepts:
            await self._json(send, describe(scope, body, name=self.name))
            return
        html = render(fields, name=self.name, path=scope["path"])
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(html)).encode()),
            (b"content-security-policy", POLICY.encode()),
            (b"cache-control", b"no-store"),
            (b"referrer-policy", b"no-referrer"),
        ]
        await self._start(send, 200, headers)
        await send({"type": "http.response.body", "body": html})

    async def _anything(self, scope: Scope, receive: Receive, send: Send, _rest: str) -> None:
        body = await read_body(receive)
        await self._json(send, describe(scope, body, name=self.name))

    async def _headers(self, scope: Scope, receive: Receive, send: Send, _rest: str) -> None:
        await read_body(receive)
        answer = describe(scope, b"", name=self.name)
        await self._json(send, {key: answer[key] for key in ("headers", "headers_list", "name")})

    async def _status(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        await read_body(receive)
        status = int(rest) if rest.isascii() and rest.isdigit() and len(rest) == 3 else 0
        if not 200 <= status <= 599:
            raise _BadPathError("write /status/ and a number from 200 to 599")
        extra = [(b"location", b"/get")] if status in {301, 302, 303, 307, 308} else []
        if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            await self._start(send, status, extra)
            await send({"type": "http.response.body", "body": b""})
            return
        answer = {"name": self.name, "status": status, "method": scope["method"]}
        await self._json(send, answer, status=status, extra=extra)

    async def _delay(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        body = await read_body(receive)
        try:
            seconds = float(rest)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= _LIMITS["delay"]:
            raise _BadPathError(f"write /delay/ and seconds from 0 to {_LIMITS['delay']}")
        await asyncio.sleep(seconds)
        await self._json(send, describe(scope, body, name=self.name))

    async def _stream(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        await read_body(receive)
        count, pause = _count(rest, "stream"), _interval(scope)
        await self._start(send, 200, [(b"content-type", b"application/x-ndjson")])
        for number in range(count):
            await asyncio.sleep(pause if number else 0)
            line = msgspec.json.encode({"id": number, "name": self.name}) + b"\n"
            await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _sse(self, scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        await read_body(receive)
        count, pause = _count(rest, "sse"), _interval(scope)
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
        await self._start(send, 200, headers)
        for number in range(count):
            await asyncio.sleep(pause if number else 0)
            data = msgspec.json.encode({"id": number, "name": self.name})
            event = b"id: %d\ndata: %s\n\n" % (number, data)
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _bytes(self, _scope: Scope, receive: Receive, send: Send, rest: str) -> None:
        await read_body(receive)
        left = _count(rest, "bytes")
        headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(left).encode()),
        ]
        await self._start(send, 200, headers)
        while left > 0:
            chunk = os.urandom(min(left, _CHUNK))
            left -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _pipe(self, _scope: Scope, receive: Receive, send: Send, _rest: str) -> None:
        """Send the body back while it still arrives: the proof of streaming both ways."""
        await self._start(send, 200, [(b"content-type", b"application/octet-stream")])
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and bool(message.get("more_body"))
            chunk = message.get("body", b"")
            await send({"type": "http.response.body", "body": chunk, "more_body": more})

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if scope["path"] != "/ws":
            await send({"type": "websocket.close", "code": 1008})
            return
        offered = scope.get("subprotocols") or [None]
        await send({"type": "websocket.accept", "subprotocol": offered[0]})
        first = msgspec.json.encode(describe(scope, b"", name=self.name)).decode()
        await send({"type": "websocket.send", "text": first})
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            kind = "text" if message.get("text") is not None else "bytes"
            await send({"type": "websocket.send", kind: message[kind]})

    async def _start(self, send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        named = [*headers, (b"echo-name", self.name.encode("latin-1", "replace"))]
        await send({"type": "http.response.start", "status": status, "headers": named})

    async def _json(
        self,
        send: Send,
        answer: object,
        *,
        status: int = 200,
        extra: list[tuple[bytes, bytes]] | None = None,
    ) -> None:
        body = msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n"
        length = (b"content-length", str(len(body)).encode())
        await self._start(send, status, [_JSON, length, *(extra or [])])
        await send({"type": "http.response.body", "body": body})


class _BadPathError(Exception):
    """The path names an endpoint but not a value it takes."""


def _count(rest: str, endpoint: str) -> int:
    limit = _LIMITS[endpoint]
    if rest.isascii() and rest.isdigit() and len(rest) < 10 and int(rest) <= limit:
        return int(rest)
    raise _BadPathError(f"write /{endpoint}/ and a number from 0 to {limit}")


def _interval(scope: Scope) -> float:
    """Return the pause between two pieces in seconds, from ``?interval=``."""
    name, _, value = scope["query_string"].decode("latin-1").partition("=")
    if not name:
        return 0.0
    try:
        seconds = float(value) if name == "interval" else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise _BadPathError("the query may be ?interval= and seconds from 0 to 60")
    return seconds
