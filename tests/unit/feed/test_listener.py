import asyncio
import socket
import ssl
import time
from pathlib import Path

import aiohttp
import pytest

from gatepost.feed import messages as say
from gatepost.feed.authority import issue_server, make_authority
from gatepost.feed.close_codes import Closed
from gatepost.feed.listener import let_overtake, load_identity, server_context
from gatepost.feed.patience import Patience
from gatepost.store.kong_yaml import read
from tests.providers.cluster import PLANE, cluster, hear, hello, until

pytestmark = pytest.mark.anyio

ONE = '_format_version: "3.0"\nservices: [{name: a, url: "http://127.0.0.1:1"}]'
ENTRY = {"kind": "subject", "parts": ["https://a", "ann"], "not_before": 1.0, "expires": None}


async def test_a_node_is_told_revocations_and_then_its_configuration(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        told = made.kept.planes.publish(PLANE, read(ONE))
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            heard = await hear(socket)
            assert isinstance(heard, say.Revocations)
            assert (heard.epoch, heard.upto, heard.complete) == ("first", 0, True)
            offer = await hear(socket)
            assert isinstance(offer, say.Offer)
            assert (offer.hash, offer.version, offer.base) == (told.hash, 1, "")
            assert len(await hear(socket)) == offer.packed
            assert made.listener.connected(PLANE) == (node,)
        await until(lambda: not made.listener.connected(PLANE), "it is gone")
        assert not made.kept.members.sights[node].connected


async def test_a_node_that_has_it_is_sent_no_body(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        told = made.kept.planes.publish(PLANE, read(ONE))
        async with made.connect(file) as socket:
            await socket.send_str(hello(node, hash=told.hash))
            await hear(socket)
            assert await hear(socket) == say.Current(version=1, hash=told.hash)


async def test_who_has_no_certificate_gets_no_feed(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            async with made.connect(None):
                pass
        assert caught.value.status == 401


@pytest.mark.parametrize("what", ["foreign", "expired"])
async def test_who_has_a_bad_certificate_gets_no_feed(tmp_path: Path, what: str) -> None:
    async with cluster(tmp_path) as made:
        if what == "foreign":
            other = make_authority(now=time.time())
            _, file = made.identity(authority=other)
        else:
            _, file = made.identity(life=-1.0)
        with pytest.raises((aiohttp.ClientError, ssl.SSLError, ConnectionError)):
            async with made.connect(file) as socket:
                await socket.receive(5)


async def test_who_was_revoked_or_is_unknown_is_told_so(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        made.kept.members.revoked[node] = "stolen"
        async with made.connect(file) as socket:
            assert await hear(socket) == (Closed.REVOKED, "stolen")
        node, file = made.identity()
        del made.kept.members.planes[node]
        async with made.connect(file) as socket:
            code, _ = await hear(socket)
            assert code == Closed.UNKNOWN


async def test_a_node_that_is_dismissed_is_told_why_and_at_the_latest_when_it_is_looked_at(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        for at_once in (True, False):
            node, file = made.identity()
            async with made.connect(file) as socket:
                await socket.send_str(hello(node))
                await hear(socket)
                await hear(socket)
                made.kept.members.revoked[node] = "stolen"
                if at_once:
                    assert await made.listener.dismiss(PLANE, node, "stolen")
                assert await hear(socket) == (Closed.REVOKED, "stolen")


async def test_a_node_gets_nothing_of_another_plane_whatever_it_says(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        made.kept.planes.publish("plane-b", read(ONE))
        node, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            assert await hear(socket) == say.Current(version=0, hash="")
        other, _ = made.identity(plane="plane-b")
        async with made.connect(file) as socket:
            await socket.send_str(hello(other))
            code, reason = await hear(socket)
            assert code == Closed.BROKEN
            assert "another node" in reason


@pytest.mark.parametrize(
    "words",
    ["", "{", "[]", '{"type": "hello"}', '{"type": "ping"}', b"\x00\x01", "x" * (2 * 1024 * 1024)],
)
async def test_garbage_closes_one_connection_and_hurts_no_other(
    tmp_path: Path, words: str | bytes
) -> None:
    async with cluster(tmp_path) as made:
        good, good_file = made.identity()
        async with made.connect(good_file) as other:
            await other.send_str(hello(good))
            await hear(other)
            await hear(other)
            for said_hello in (False, True):
                if said_hello and words == '{"type": "ping"}':
                    continue
                node, file = made.identity()
                async with made.connect(file) as socket:
                    if said_hello:
                        await socket.send_str(hello(node))
                        await hear(socket)
                        await hear(socket)
                    send = socket.send_str if isinstance(words, str) else socket.send_bytes
                    await send(words)  # type: ignore[arg-type]
                    code, _ = await hear(socket)
                    assert code in {Closed.BROKEN, aiohttp.WSCloseCode.MESSAGE_TOO_BIG}
            made.kept.planes.publish(PLANE, read(ONE))
            made.listener.changed(PLANE)
            assert isinstance(await hear(other), say.Offer)


async def test_a_revocation_waits_for_those_who_are_here_and_names_those_who_do_not_say(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path, patience=Patience(tell=0.5)) as made:
        (one, one_file), (two, two_file) = made.identity(), made.identity()
        async with made.connect(one_file) as first, made.connect(two_file) as second:
            for socket, node in ((first, one), (second, two)):
                await socket.send_str(hello(node))
                await hear(socket)
                await hear(socket)
            telling = asyncio.create_task(made.listener.revoked(PLANE, [ENTRY]))
            heard = await hear(first)
            assert isinstance(heard, say.Revocations)
            assert (heard.after, heard.upto, heard.entries) == (0, 1, [ENTRY])
            await first.send_str(say.write(say.Applied(epoch="first", number=1)))
            reached = await telling
            assert (reached.connected, reached.applied, reached.missing) == (2, 1, (two,))


async def test_a_node_that_heard_more_of_a_log_before_it_was_restored_does_not_count_as_told(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path, patience=Patience(tell=0.5)) as made:
        node, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(node, epoch="other", last=5000))
            await hear(socket)
            await hear(socket)
            await socket.send_str(say.write(say.Applied(epoch="other", number=5000)))
            reached = await made.listener.revoked(PLANE, [ENTRY])
            assert (reached.applied, reached.missing) == (0, (node,))


async def test_a_certificate_that_expires_ends_its_connection(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity(life=2.0)
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            while isinstance(heard := await hear(socket), say.Message):
                await socket.send_str(say.write(say.Ping()))
            assert heard[0] in {Closed.EXPIRED, Closed.SILENT}


async def test_the_listener_speaks_nothing_older_than_tls_1_2_and_holds_its_key_in_memory() -> None:
    authority = make_authority(now=time.time())
    context = server_context(authority)
    load_identity(context, issue_server(authority, now=time.time()))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_OPTIONAL


async def test_little_waits_on_its_way_out_so_that_a_revocation_can_overtake() -> None:
    plug = socket.create_server(("127.0.0.1", 0))
    with plug, socket.create_connection(plug.getsockname()) as caller:
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, sock=caller.dup()
        )
        let_overtake(transport)
        assert transport.get_write_buffer_limits()[1] == say.PIECE
        assert caller.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == say.PIECE
        transport.close()
    let_overtake(None)
