"""The upstream of the tests, in the test's own loop: it keeps each request by its X-Case.

Some of its answers set cookies, by the number of the case; the gateway's own must not get through.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

SETS = (
    (),
    ("theme=dark; Path=/", "other=sid=good-1"),
    ("sid=forged; Path=/; HttpOnly", "lang=en", "SID=1", "sid2=forged", "flow_x=forged"),
    ("=sid=forged", "sid = forged", "sid", "xsid=1; sid=2", "flow=1", "=theme=1", "c=1"),
)
"""What an answer sets: values of Set-Cookie."""


def sets(case: bytes) -> tuple[str, ...]:
    """Return what the answer to a case sets."""
    return SETS[int(case) % len(SETS)]


@dataclass(frozen=True)
class Arrived:
    """A request as it arrived: bytes of the first line, and of every header."""

    line: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Upstream:
    """``arrived`` by case; a case that arrives twice is kept in ``twice``."""

    arrived: dict[bytes, Arrived] = field(default_factory=dict)
    twice: list[bytes] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def take(self, case: bytes) -> Arrived | None:
        return self.arrived.pop(case, None)

    def keep(self, found: Arrived) -> None:
        case = b",".join(found.all(b"x-case"))
        if case in self.arrived:
            self.twice.append(case)
        self.arrived[case] = found


class _Connection(asyncio.Protocol):
    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            line, *lines = head.split(b"\r\n")
            headers = []
            length = 0
            for one in lines:
                name, _, value = one.partition(b": ")
                headers.append((name, value))
                if name.lower() == b"content-length":
                    length = int(value)
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            self._upstream.keep(Arrived(line, tuple(headers), rest[:length]))
            assert self._transport is not None
            lines = "".join(
                f"Set-Cookie: {value}\r\n"
                for name, case in headers
                if name.lower() == b"x-case"
                for value in sets(case)
            )
            answer = f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{lines}\r\n"
            self._transport.write(answer.encode())
