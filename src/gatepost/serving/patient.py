"""HTTP connections: who talks without end, or does not come to the point, is cut.

uvicorn's own protocol takes headers of any length and waits for them for ever, from anybody who
can connect.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 10.0
"""Seconds for the head of a request: its line and its headers."""
LONGEST = 64 * 1024
"""Bytes of a head; what came in one piece with the last of them may be more."""


class Patient(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head: int | None = 0  # bytes of the head that is read; None while a body is
        self._cutting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head is too long already."""
        if self._head is not None:
            if self._head > LONGEST:
                self._cut(b"431 Request Header Fields Too Large")
                return
            self._head += len(data)
            if self._cutting is None:
                self._wait()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Go over to the body."""
        self._head = None
        self._wait_no_longer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Be ready for the next head; it may take its time, but not once it has begun."""
        super().on_message_complete()
        self._head = 0

    def _wait(self) -> None:
        self._cutting = self.loop.call_later(PATIENCE, self._cut, b"408 Request Timeout")

    def _wait_no_longer(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
            self._cutting = None

    def _cut(self, status: bytes) -> None:
        self._wait_no_longer()
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()
