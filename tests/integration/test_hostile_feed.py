"""A node that somebody else has taken over, and people at the cluster listener's door."""

import asyncio
import contextlib
import json
import socket
import ssl
import time
import uuid
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from gatepost.feed import messages as say
from gatepost.feed.authority import issue_node, key_pem, make_authority, new_key, request_for
from gatepost.feed.calling import enrol, fetch_authority, open_feed
from gatepost.feed.membership import Member
from gatepost.feed.token import Token
from gatepost.values import Address, Fault
from tests.integration.plane_world import PlaneWorld, until

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

FORGED = "\n2026-01-01 00:00:00,000 ERROR all is lost\x1b[2J\u202e"
SECRET = "a-secret-of-the-other-plane"


@pytest.fixture(scope="module")
def world() -> Iterator[PlaneWorld]:
    with PlaneWorld.start() as running:
        yield running


@dataclass
class Taken:
    """What is left of a node: its key and certificate, in the wrong hands."""

    node: str
    plane: str
    address: Address
    authority: bytes
    file: Path

    @contextlib.asynccontextmanager
    async def feed(self, *, greets: bool = True, **said: Any) -> AsyncIterator[Any]:
        async with open_feed(self.address, self.authority, self.file) as feed:
            if greets:
                await feed.send_str(hello(self.node, **said))
            yield feed
        await asyncio.sleep(0.05)  # the loop closes the socket of a connection that was cut


def hello(node: str, **said: Any) -> str:
    """Return a hello as a node says it that wants to be noticed."""
    usual: dict[str, Any] = {
        "protocol": 1, "node": node, "hostname": f"h{FORGED}", "release": f"1{FORGED}",
        "boot": "b", "hash": "", "version": 0, "sync": "waiting", "reason": f"r{FORGED}",
        "epoch": "", "last": 0,
    }  # fmt: skip
    return say.write(say.Hello(**{**usual, **said}))


async def taken(world: PlaneWorld, directory: Path, token: str = "", node: str = "") -> Taken:
    text = token or await asyncio.to_thread(world.token)
    given = Token.decode(text)
    authority = await fetch_authority(given.addresses[0], given.fingerprint)
    key, node = key_pem(new_key()), node or str(uuid.uuid4())
    about = {"id": node, "hostname": f"h{FORGED}", "version": f"1{FORGED}"}
    made = await enrol(given.addresses[0], given, authority, request_for(key), about)
    file = directory / f"{node}.pem"
    file.write_bytes(key + made.certificate)
    return Taken(node, made.plane, given.addresses[0], authority, file)


async def ended(feed: Any) -> tuple[int | None, str]:
    """Return how a feed was ended."""
    async with asyncio.timeout(10):
        while True:
            message = await feed.receive()
            if message.type is aiohttp.WSMsgType.CLOSE:
                return message.data, message.extra
            if message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}:
                return None, str(message.data)


async def kept(feed: Any, sequence: int) -> None:
    async with asyncio.timeout(10):
        while True:
            message = await feed.receive()
            assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
            if f'"sequence":{sequence}' in str(message.data) and "kept" in str(message.data):
                return


def revocation(number: int, **more: Any) -> dict[str, Any]:
    return {
        "kind": "session", "parts": ["https://i.example", f"s{number}"], "not_before": time.time(),
        "expires": None, "who": f"loopback{FORGED}", "why": FORGED, **more,
    }  # fmt: skip


BREACHES = {
    "no JSON": "{" * 100,
    "depth": "[" * 500_000,
    "depth in a report": '{"type":"report","sequence":1,"body":{"a":'
    + "[" * 5000
    + "]" * 5000
    + "}}",
    "another form": json.dumps({"type": f"x{FORGED}"}),
    "what the control plane says": json.dumps({"type": "kept", "what": "report", "sequence": 1}),
    "another type": json.dumps({"type": "hello", "protocol": "1"}),
    "a number without end": '{"type":"applied","epoch":"","number":' + "9" * 5000 + "}",
    "an entry that is none": json.dumps({"type": "revoked", "sequence": 1, "entries": [{}]}),
    "a long entry": json.dumps(
        {"type": "revoked", "sequence": 1, "entries": [revocation(1, who="w" * 9000)]}
    ),
    "too many entries": json.dumps({"type": "revoked", "sequence": 1, "entries": [{}] * 501}),
    "a report without rows": json.dumps({"type": "report", "sequence": 1, "body": {}}),
}


@pytest.mark.parametrize("what", BREACHES)
async def test_what_is_not_of_the_feed_ends_that_connection_alone(
    world: PlaneWorld, tmp_path: Path, what: str
) -> None:
    node, other = await taken(world, tmp_path), await taken(world, tmp_path)
    async with other.feed() as beside, node.feed() as feed:
        await feed.send_str(BREACHES[what])
        assert (await ended(feed))[0] == 4400
        report = {"rows": [[{"what": "requests"}, {"n": 1}]]}
        await beside.send_str(say.write(say.Report(sequence=1, body=report)))
        await kept(beside, 1)


async def test_bytes_long_frames_and_packed_bombs_end_it(world: PlaneWorld, tmp_path: Path) -> None:
    node = await taken(world, tmp_path)
    for data in (b"x", b"x" * 2_000_000, zlib.compress(b"\0" * 50_000_000)):
        async with node.feed() as feed:
            with contextlib.suppress(ConnectionError):
                await feed.send_bytes(data)
            assert (await ended(feed))[0] in {4400, 1009}
    async with node.feed(greets=False) as feed:
        assert feed.compress == 0  # nothing is unpacked that a node sends
        await feed.send_str(hello("another-node"))
        assert (await ended(feed))[0] == 4400


async def test_nothing_that_a_node_says_looks_like_a_line_of_the_log(
    world: PlaneWorld, tmp_path: Path
) -> None:
    node = await taken(world, tmp_path)
    async with node.feed() as feed:
        refused = say.State(answers="", hash="", version=0, sync="refused", reason=f"no{FORGED}")
        await feed.send_str(say.write(refused))
        await feed.send_str(say.write(say.Revoked(sequence=1, entries=[revocation(7)])))
        await kept(feed, 1)
        await feed.send_str(json.dumps({"type": f"x{FORGED}"}))
        await ended(feed)
    told = world.process.output
    assert node.node in told
    assert not any(line.startswith("2026-01-01") for line in told.splitlines())
    assert "\x1b" not in told
    assert "\u202e" not in told
    shown = world.admin.get(f"/clustering/data-planes/{node.node}")
    assert all(text.isprintable() for text in (shown["hostname"], shown["version"]))
    assert shown["sync_reason"].isprintable()


async def test_what_a_node_revokes_without_end_is_not_kept(
    world: PlaneWorld, tmp_path: Path
) -> None:
    node = await taken(world, tmp_path)
    before = world.admin.get("/revocations")["last"]
    async with node.feed() as feed:
        code: int | None = None
        with contextlib.suppress(ConnectionError):
            for number in range(60):
                batch = [revocation(number * 500 + n) for n in range(500)]
                await feed.send_str(say.write(say.Revoked(sequence=number + 1, entries=batch)))
        code, why = await ended(feed)
    assert (code, why) == (4400, "it revokes more than a node is believed")
    assert world.admin.get("/revocations")["last"] - before == 20_000


async def test_a_node_of_one_plane_gets_nothing_of_another_and_tells_it_nothing(
    world: PlaneWorld, tmp_path: Path
) -> None:
    plane = world.admin.make("/v2/control-planes", name=f"p{uuid.uuid4().hex}")["id"]
    below = f"/v2/control-planes/{plane}/core-entities"
    secret = {"issuer": "https://i.example", "client_id": ["c"], "client_secret": [SECRET]}
    world.admin.make(f"{below}/plugins", name="openid-connect", config=secret)
    token = world.admin.make(f"{below}/clustering/tokens")["token"]
    theirs = await taken(world, tmp_path, token)
    # of the other plane, by the same id
    node = await taken(world, tmp_path / "..", node=theirs.node)
    assert (theirs.plane, node.node) == (plane, theirs.node)
    got = b""
    async with theirs.feed() as beside, node.feed() as feed:
        await feed.send_str(say.write(say.Revoked(sequence=1, entries=[revocation(1)])))
        await kept(feed, 1)
        report = {"rows": [[{"what": "requests", "route": "r"}, {"n": 5}]]}
        await feed.send_str(say.write(say.Report(sequence=2, body=report)))
        await kept(feed, 2)
        async with node.feed() as again:  # its own place is taken, not the other's
            while not got:
                message = await again.receive(timeout=5)
                if message.type is aiohttp.WSMsgType.BINARY:
                    got = message.data
        await beside.send_str(say.write(say.Report(sequence=1, body=report)))
        await kept(beside, 1)
    assert SECRET.encode() not in zlib.decompressobj().decompress(got)
    assert world.admin.get(f"{below}/revocations")["data"] == []
    (line,) = world.admin.get(f"{below}/telemetry")["lines"]
    assert line["total"]["n"] == 5


async def test_a_token_is_good_for_one_node_and_a_name_in_the_certificate_for_its_own(
    world: PlaneWorld, tmp_path: Path
) -> None:
    text = world.token()
    first = await taken(world, tmp_path, text)
    for node in (first.node, ""):  # the same node with another key is another one
        with pytest.raises(Fault, match=r"enrolment.used"):
            await taken(world, tmp_path, text, node)
    own = make_authority(now=time.time())
    key = key_pem(new_key())
    forged = issue_node(
        own, request_for(key), Member(first.plane, first.node), now=time.time(), life=3600
    )
    first.file.write_bytes(key + forged.pem)
    with pytest.raises(Fault, match=r"control_plane.unreachable"):
        async with first.feed():
            pass


async def test_a_node_that_is_turned_away_hears_so_whatever_the_reason_is_made_of(
    world: PlaneWorld, tmp_path: Path
) -> None:
    node = await taken(world, tmp_path)
    async with node.feed() as feed:
        await feed.receive()
        path = f"/clustering/data-planes/{node.node}?why={quote('x' + 'é' * 200 + FORGED)}"
        assert (await asyncio.to_thread(world.admin.send, "DELETE", path)).status == 204
        assert (await ended(feed))[0] == 4403
    async with node.feed() as feed:
        code, why = await ended(feed)
        assert (code, why[:3]) == (4403, "xéé")
    with pytest.raises(Fault, match=r"node.revoked"):
        await taken(world, tmp_path, node=node.node)


def test_who_does_not_come_to_the_point_is_cut_and_old_tls_is_not_spoken(
    world: PlaneWorld,
) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    peers = []
    for first in (
        b"",
        b"GET /v1/authority HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
    ):
        plain = socket.create_connection(("127.0.0.1", world.cluster_port), timeout=20)
        peers.append(context.wrap_socket(plain))
        peers[-1].sendall(first)
    began = time.monotonic()
    for peer in peers:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while peer.recv(1000):
                pass
        peer.close()
    assert time.monotonic() - began < 18
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        old.wrap_socket(socket.create_connection(("127.0.0.1", world.cluster_port), timeout=5))


def test_the_process_is_well_afterwards(world: PlaneWorld) -> None:
    world.admin.make("/services", name="well", host="w.example")
    node = world.node("well")
    until(lambda: world.shown(node)["in_sync"], "the node runs it")
    assert "Traceback" not in world.process.output
