"""The same drafts over HTTP/2, several at once on one connection."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import h2.config
import h2.connection
import h2.events

from gatepost.plugin import HttpRequest
from gatepost.values import Headers
from tests.differential.client import Response
from tests.differential.requests import Draft, Seen, is_name, seen


@dataclass
class _Stream:
    done: asyncio.Future[Response]
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def fields_of(draft: Draft) -> list[tuple[bytes, bytes]]:
    """Return the header fields of a draft as HTTP/2 sends them: names in lower case."""
    found = [(name.lower(), value) for name, value in draft.fields]
    if draft.body is not None and not draft.chunked:
        found.append((b"content-length", b"%d" % len(draft.body)))
    return found


def seen2(draft: Draft, port: int) -> Seen:
    """Return how nginx reads a draft over HTTP/2: no trimming; cookies are joined to one field.

    Without a length a body may follow, which is said here as HTTP/1.1 would say it.
    """
    plain = seen(draft, port)
    if plain.request is None:
        return plain
    fields = [(n, v) for n, v in fields_of(draft) if is_name(n) and n != b"content-length"]
    cookies = b"; ".join(value for name, value in fields if name == b"cookie")
    kept = [one for one in fields if one[0] != b"cookie"]
    if len(kept) < len(fields):
        kept.append((b"cookie", cookies))
    extra = [("Host", draft.host.decode())]
    if draft.body is not None and not draft.chunked:
        extra.append(("Content-Length", str(len(draft.body))))
    else:
        extra.append(("Transfer-Encoding", "chunked"))
    told = tuple((name.decode(), value.decode("latin-1")) for name, value in kept)
    request = plain.request
    return Seen(
        HttpRequest(
            method=request.method,
            host=request.host,
            port=port,
            path=request.path,
            args=request.args,
            headers=Headers([*extra, *told]),
            body=request.body,
        ),
        told,
    )


@dataclass
class Wire2(asyncio.Protocol):
    """One connection in the clear, with prior knowledge."""

    port: int
    _streams: dict[int, _Stream] = field(default_factory=dict)
    _transport: Any = None
    _h2: Any = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self.port)

    async def send(self, draft: Draft, case: bytes) -> Response:
        stream = self._h2.get_next_available_stream_id()
        waiting = _Stream(asyncio.get_running_loop().create_future())
        self._streams[stream] = waiting
        head = [
            (b":method", draft.method),
            (b":scheme", b"http"),
            (b":authority", draft.host),
            (b":path", draft.target),
        ]
        fields = [*head, *fields_of(draft), (b"x-case", case)]
        self._h2.send_headers(stream, fields, end_stream=draft.body is None)
        if draft.body is not None:
            self._h2.send_data(stream, draft.body, end_stream=True)
        self._transport.write(self._h2.data_to_send())
        async with asyncio.timeout(20):
            return await waiting.done

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        config = h2.config.H2Configuration(
            header_encoding=None,
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
            validate_inbound_headers=False,
        )
        self._h2 = h2.connection.H2Connection(config)
        self._h2.initiate_connection()
        transport.write(self._h2.data_to_send())

    def connection_lost(self, error: Any) -> None:
        for stream in self._streams.values():
            if not stream.done.done():
                stream.done.set_exception(ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                self._streams[event.stream_id].headers = tuple(
                    (name.decode(), value.decode("latin-1")) for name, value in event.headers
                )
            elif isinstance(event, h2.events.DataReceived):
                self._streams[event.stream_id].body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamReset):
                stream = self._streams.pop(event.stream_id)
                stream.done.set_exception(ConnectionError(f"reset {event.error_code}"))
            elif isinstance(event, h2.events.StreamEnded):
                stream = self._streams.pop(event.stream_id)
                status = int(dict(stream.headers)[":status"])
                if not stream.done.done():
                    stream.done.set_result(Response(status, stream.headers[1:], stream.body))
        self._transport.write(self._h2.data_to_send())
