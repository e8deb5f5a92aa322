"""Bodies that may hold a credential: read up to a limit, whoever sends them and however."""

import socket
import subprocess
from collections.abc import Iterator

import h2.config
import h2.connection
import h2.events
import pytest

from gatepost.engine.locations import BODY_LIMIT
from tests.differential.gate import Gate
from tests.differential.plans import Chain, rules_of
from tests.integration.recorder import Recorder

pytestmark = pytest.mark.integration

BODY: Chain = [("door", {"place": "body:key", "hide_credentials": False})]
ANYBODY: Chain = [("door", {"place": "body:key", "anonymous": "nobody"})]
HEADER: Chain = [("door", {"place": "header:authorization"})]
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def gate(upstream: Recorder) -> Iterator[Gate]:
    with Gate() as gate:
        rules = rules_of([BODY, ANYBODY, HEADER], gate.secret, upstream.port)
        gate.load(rules.snapshot, rules.definitions, rules.specs)
        yield gate


def padded(text: bytes, size: int) -> bytes:
    return text + b"&x=" + b"a" * (size - len(text) - 3)


def chunked(gate: Gate, body: bytes, *, place: int = 0, piece: int = 1000) -> bytes:
    """Send a body in chunks that never end when it is too large; return the answer's beginning."""
    lines = f"POST /p{place:02}/x HTTP/1.1", "Host: gate.test", FORM, "Transfer-Encoding: chunked"
    with socket.create_connection(("127.0.0.1", gate.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        for at in range(0, len(body), piece):
            part = body[at : at + piece]
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        if len(body) <= BODY_LIMIT:
            connection.sendall(b"0\r\n\r\n")
        return connection.recv(65536)


def http2(gate: Gate, body: bytes, place: int = 0) -> str:
    """Send a body in HTTP/2 frames and without a length; return the status."""
    wire = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
    wire.initiate_connection()
    head = {":method": "POST", ":scheme": "http", ":authority": "a", ":path": f"/p{place:02}/x"}
    wire.send_headers(1, [*head.items(), ("content-type", "application/x-www-form-urlencoded")])
    status, ended = "", False
    with socket.create_connection(("127.0.0.1", gate.world.h2_port), timeout=10) as connection:
        while not status:
            while not ended:
                size = min(wire.local_flow_control_window(1), wire.max_outbound_frame_size)
                if body and size == 0:
                    break
                part, body = body[:size], body[size:]
                ended = not body
                wire.send_data(1, part, end_stream=ended)
            connection.sendall(wire.data_to_send())
            for event in wire.receive_data(connection.recv(65536)):
                if isinstance(event, h2.events.ResponseReceived):
                    status = dict(event.headers)[b":status"].decode()
                assert not isinstance(event, h2.events.ConnectionTerminated)
    return status


@pytest.mark.parametrize("piece", [1, 1000, 70000])
def test_a_credential_in_a_chunked_body_is_found(
    gate: Gate, upstream: Recorder, piece: int
) -> None:
    body = padded(b"key=good-1", 20_000 if piece == 1 else BODY_LIMIT)
    assert chunked(gate, body, piece=piece).startswith(b"HTTP/1.1 200 ")
    assert upstream.seen[-1].body == body


def test_a_chunked_body_without_a_credential_is_refused(gate: Gate) -> None:
    assert chunked(gate, b"key=bad-1").startswith(b"HTTP/1.1 401 ")
    assert chunked(gate, b"").startswith(b"HTTP/1.1 401 ")


def test_a_chunked_body_beyond_the_limit_is_answered_before_it_ends(
    gate: Gate, upstream: Recorder
) -> None:
    seen = len(upstream.seen)
    for place in (0, 1):
        for piece in (1000, 16000, 200_000):
            answer = chunked(gate, padded(b"key=good-1", 200_000), place=place, piece=piece)
            assert answer.startswith(b"HTTP/1.1 413 "), answer
            assert b"Payload too large" in answer
    assert chunked(gate, padded(b"key=good-1", BODY_LIMIT + 1)).startswith(b"HTTP/1.1 413 ")
    assert len(upstream.seen) == seen


def test_a_small_chunked_body_of_nobody_passes_where_nobody_may(
    gate: Gate, upstream: Recorder
) -> None:
    assert chunked(gate, b"a=1", place=1).startswith(b"HTTP/1.1 200 ")
    assert upstream.seen[-1].body == b"a=1"
    assert upstream.seen[-1].all("X-Anonymous-Consumer") == ["true"]


def test_with_the_credential_elsewhere_a_chunked_body_is_as_long_as_it_likes(
    gate: Gate, upstream: Recorder
) -> None:
    body = b"a" * (BODY_LIMIT * 4)
    command = ["curl", "-s", "-X", "POST", "-H", "Transfer-Encoding: chunked", "-T", "-"]
    command += ["-H", "Authorization: Bearer good-1", f"http://127.0.0.1:{gate.port}/p02/x"]
    subprocess.run(command, input=body, capture_output=True, check=True)
    assert upstream.seen[-1].body == body


def test_over_http2_a_body_without_a_length_has_the_same_limit(
    gate: Gate, upstream: Recorder
) -> None:
    body = padded(b"key=good-2", BODY_LIMIT)
    assert http2(gate, body) == "200"
    assert upstream.seen[-1].body == body
    assert http2(gate, b"") == "401"
    seen = len(upstream.seen)
    for place in (0, 1):
        assert http2(gate, padded(b"key=good-2", BODY_LIMIT + 1), place) == "413"
        assert http2(gate, padded(b"key=good-2", 8_000_000), place) == "413"
    assert len(upstream.seen) == seen


def test_after_all_of_that_the_node_is_well(gate: Gate) -> None:
    log = gate.world.log()
    assert "[error]" not in log, log
    assert "[alert]" not in log, log
    assert gate.world.get("/p02/x", headers={"Authorization": "Bearer good-1"}).status == 200
