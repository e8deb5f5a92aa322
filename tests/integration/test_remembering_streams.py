"""Long streams end when the credential that opened them ends, and when it is revoked."""

import base64
import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from gatepost.plugin import Revocation
from gatepost.values import Tag, TagKind
from tests.differential.gate import Gate
from tests.differential.plans import Chain, rules_of
from tests.differential.plugins import ISSUER
from tests.integration.recorder import Recorder, Seen

pytestmark = pytest.mark.integration

DOOR: Chain = [("door", {"place": "header:authorization"})]
ONCE: Chain = [*DOOR, ("hostile", {"reads": [], "mode": "time"})]
KINDS = ("websocket", "events")


def stream(seen: Seen, connection: socket.socket) -> bool:
    """Upgrade, or begin an event stream, and go on until the gate closes."""
    if seen.all("upgrade"):
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\n\r\n\x81\x02hi"
        )
    else:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
    try:
        while True:
            connection.sendall(b"\x81\x02hi" if seen.all("upgrade") else b"9\r\ndata: 1\n\n\r\n")
            time.sleep(0.1)
    except OSError:
        connection.close()
    return True


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Recorder(behave=stream) as upstream, Gate() as gate:
        rules = rules_of([DOOR, ONCE], gate.secret, upstream.port)
        gate.load(rules.snapshot, rules.definitions, rules.specs)
        yield gate


class Stream:
    """An open stream; ``ended`` tells how many seconds until it was cut, None when it was not."""

    def __init__(self, gate: Gate, kind: str, token: str, place: int = 0) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        extra = {
            "websocket": "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n",
            "events": "Accept: text/event-stream\r\n",
        }[kind]
        self._socket = socket.create_connection(("127.0.0.1", gate.port), timeout=10)
        head = (
            f"GET /p{place:02}/x HTTP/1.1\r\nHost: gate.test\r\nAuthorization: Bearer {token}\r\n"
        )
        self._socket.sendall((head + extra + "\r\n").encode())
        self.status = int(self._socket.recv(65536).split(b" ")[1])
        self._begin = time.monotonic()
        self._end: float | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._socket, contextlib.suppress(OSError):
            while self._socket.recv(65536):
                pass
        self._end = time.monotonic()

    def ended(self, patience: float) -> float | None:
        self._thread.join(patience)
        return None if self._end is None else self._end - self._begin

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("warm", [False, True])
def test_a_stream_ends_when_its_credential_ends(gate: Gate, kind: str, warm: bool) -> None:
    ends = round(time.time() + 3, 2)  # as the token says it
    token = f"good-until-{ends:.2f}{'1' if warm else ''}"
    if warm:  # now the stream is opened by a remembered decision
        for _ in range(8):
            early = Stream(gate, "events", token)
            assert early.status == 200
            early.close()
    opened = Stream(gate, kind, token)
    assert opened.status == {"websocket": 101, "events": 200}[kind]
    assert opened.ended(0.5) is None
    assert opened.ended(8) is not None
    assert ends <= time.time() < ends + 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_stream_ends_when_its_credential_is_revoked(gate: Gate, kind: str, place: int) -> None:
    token, other = f"good-cut-{kind}-{place}", f"good-left-{kind}-{place}"
    opened, left = Stream(gate, kind, token, place), Stream(gate, kind, other, place)
    assert opened.ended(0.8) is None
    gate.revoke(Revocation(1, Tag.of(TagKind.CLIENT, ISSUER, token), not_before=2000.0))
    assert opened.ended(3) is not None
    assert left.ended(0.7) is None, "a stream that nobody revoked was cut"
    left.close()
