"""An upstream that tells what it received, byte for byte, and counts."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Self


@dataclass
class Seen:
    """One request as it arrived: its first line and its header lines."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Recorder:
    """A small HTTP/1.1 server on a free port. ``behave``: what to do instead of 200 and JSON."""

    context: ssl.SSLContext | None = None
    behave: Callable[[Seen, socket.socket], bool] | None = None
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        self._open.add(connection)
        try:
            if self.context is not None:
                self._open.discard(connection)
                connection = self.context.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            stream = connection.makefile("rb")
            while (request := self._read(stream, number)) is not None:
                self.seen.append(request)
                if self.behave is not None and self.behave(request, connection):
                    continue
                body = json.dumps({"line": request.line, "headers": request.headers}).encode()
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        except (OSError, ValueError):
            pass
        finally:
            self._open.discard(connection)
            connection.close()

    def _read(self, stream: BinaryIO, number: int) -> Seen | None:
        line = stream.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return None
        headers: list[tuple[str, str]] = []
        while text := stream.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = text.partition(":")
            headers.append((name, value.strip()))
        fields = {name.lower(): value for name, value in headers}
        body = b""
        if fields.get("transfer-encoding") == "chunked":
            while size := int(stream.readline().split(b";")[0], 16):
                body += stream.read(size)
                stream.readline()
            stream.readline()
        elif length := int(fields.get("content-length", 0)):
            body = stream.read(length)
        return Seen(line, headers, body, number)
