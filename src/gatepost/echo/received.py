"""What arrived, as a JSON object in httpbin's words."""

import base64
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of a request body that are shown; a longer one is answered 413 (``/pipe`` has no limit)."""


class TooLongError(Exception):
    """The body is longer than BODY_LIMIT."""


async def read_body(receive: Receive, *, limit: int = BODY_LIMIT) -> bytes:
    """Return the whole request body; raise TooLongError past the limit in bytes."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLongError
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def describe(scope: Scope, body: bytes, *, name: str) -> dict[str, object]:
    """Return what was received.

    ``path`` is the path and query exactly as they stood in the request line, without decoding;
    ``target`` is the whole request target (it differs for absolute-form, RFC 9112, 3.2.2).
    ``headers_list`` keeps order, case and repetition; ``headers`` joins repeated values by commas.
    A body that is not UTF-8 is shown as a ``data:`` URL in base64, as httpbin does.
    """
    fields = header_fields(scope)
    query: bytes = scope.get("query_string", b"")
    path = _text(scope.get("raw_path") or scope["path"].encode())
    shown = path + (f"?{_text(query)}" if query else "")
    client = scope.get("client")
    answer: dict[str, object] = {
        "args": _args(query),
        "data": _data(body),
        "headers": _joined(fields),
        "headers_list": fields,
        "http_version": scope.get("http_version", ""),
        "method": scope.get("method", "GET"),
        "name": name,
        "origin": client[0] if client else "",
        "path": shown,
        "target": _text(scope.get("gatepost.target") or shown.encode("latin-1")),
        "url": f"{scope.get('scheme', 'http')}://{_host(fields)}{shown}",
    }
    tls = scope.get("gatepost.tls")
    if tls is not None:
        answer["tls"] = tls
    return answer


def header_fields(scope: Scope) -> list[tuple[str, str]]:
    """Return the header fields in order, spelled as they came where the server kept that."""
    raw = scope.get("gatepost.headers") or scope["headers"]
    return [(_text(name), _text(value)) for name, value in raw]


def _joined(fields: list[tuple[str, str]]) -> dict[str, str]:
    spelled: dict[str, str] = {}
    joined: dict[str, str] = {}
    for name, value in fields:
        key = spelled.setdefault(name.lower(), name)
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _args(query: bytes) -> dict[str, str | list[str]]:
    args: dict[str, str | list[str]] = {}
    for name, value in parse_qsl(_text(query), keep_blank_values=True):
        known = args.get(name)
        if known is None:
            args[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            args[name] = [known, value]
    return args


def _data(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "data:application/octet-stream;base64," + base64.b64encode(body).decode()


def _host(fields: list[tuple[str, str]]) -> str:
    return next((value for name, value in fields if name.lower() == "host"), "")


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")
