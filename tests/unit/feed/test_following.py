import asyncio
import contextlib
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from gatepost.feed import messages as say
from gatepost.feed.calling import open_feed
from gatepost.feed.close_codes import Closed
from gatepost.feed.following import Arrival, Following
from gatepost.feed.packing import unpack
from gatepost.model import Service, Snapshot
from gatepost.store.kong_yaml import read
from gatepost.values import Address, By, Fault
from tests.providers.cluster import PLANE, QUICK, Cluster, cluster, until
from tests.unit.feed.test_connection import MANY, services

pytestmark = pytest.mark.anyio


class Node:
    """Follows, and notes what it hears."""

    def __init__(self, node: str = "n") -> None:
        self.node = node
        self.taken: list[Arrival] = []
        self.heard: list[say.Revocations] = []
        self.currents: list[say.Current] = []
        self.kept_: list[say.Kept] = []
        self.refusals: list[tuple[int, str]] = []
        self.wanted: list[list[str]] = []
        self.up = 0
        self.hash = ""
        self.gate = asyncio.Event()
        self.gate.set()

    def hello(self) -> say.Hello:
        return say.Hello(
            protocol=1, node=self.node, hostname="h", release="1", boot="b", hash=self.hash,
            version=0, sync="waiting", epoch="", last=0, offers=["traces"],
        )  # fmt: skip

    def state(self, answers: str) -> say.State:
        return say.State(answers=answers, hash=self.hash, version=1, sync="normal")

    def current(self, current: say.Current) -> say.State:
        self.currents.append(current)
        return self.state(current.hash)

    async def take(self, arrival: Arrival) -> say.State:
        await self.gate.wait()
        self.taken.append(arrival)
        self.hash = arrival.offer.hash
        return self.state(arrival.offer.hash)

    async def hear(self, revocations: say.Revocations) -> say.Applied | None:
        self.heard.append(revocations)
        if not revocations.complete:
            return None
        return say.Applied(epoch=revocations.epoch, number=revocations.upto)

    def kept(self, kept: say.Kept) -> None:
        self.kept_.append(kept)

    def wants(self, wants: say.Wants) -> None:
        self.wanted.append(wants.what)

    async def caught_up(self) -> None:
        self.up += 1

    def refused(self, code: int, reason: str) -> None:
        self.refusals.append((code, reason))


@contextlib.asynccontextmanager
async def following(made: Cluster) -> AsyncIterator[tuple[Node, Following]]:
    ident, file = made.identity()
    node = Node(ident)
    one = Following(
        lambda: open_feed(made.address, made.authority.certificate, file), node, patience=QUICK
    )
    one.start()
    try:
        yield node, one
    finally:
        await one.stop()


async def test_a_configuration_arrives_whole_and_revocations_meanwhile(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, following(made) as (node, one):
        await asyncio.wait_for(one.tried.wait(), 5)
        assert one.connected
        node.gate.clear()
        told = made.kept.planes.publish(PLANE, read(services(*MANY)))
        made.listener.changed(PLANE)
        entry = {"kind": "subject", "parts": ["i", "s"], "not_before": 1.0, "expires": None}
        reached = await made.listener.revoked(PLANE, [entry])
        assert reached.applied == 1
        node.gate.set()
        await until(lambda: node.taken, "it is taken")
        (arrival,) = node.taken
        assert unpack(arrival.data, arrival.offer.plain) == told.data
        await until(lambda: made.kept.members.sights[node.node].hash == told.hash, "it is told")
        assert node.up >= 1


async def test_what_is_sent_up_is_kept_and_told_so(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, following(made) as (node, one):
        await asyncio.wait_for(one.tried.wait(), 5)
        assert await one.send(say.Report(sequence=1, body={"a": 1}))
        entry = {"kind": "subject", "parts": ["i", "s"], "not_before": 1.0, "expires": None}
        assert await one.send(say.Revoked(sequence=1, entries=[entry]))
        await until(lambda: len(node.kept_) == 2, "both are kept")
        assert {kept.what for kept in node.kept_} == {"report", "revoked"}
        assert made.kept.desk.taken == [(PLANE, node.node, "b", 1, {"a": 1})]
        await until(lambda: node.heard[-1].upto == 1, "it comes back with a number")


async def test_what_is_wanted_is_heard_and_sent(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, following(made) as (node, one):
        await until(lambda: node.wanted == [["traces"]], "it is heard")
        assert await one.send(say.Traces(entries=[{"id": "a"}]))
        await until(lambda: bool(made.kept.traces.told), "they are taken")


async def test_it_comes_back_whatever_ends_it(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, following(made) as (_, one):
        await asyncio.wait_for(one.tried.wait(), 5)
        await made.listener.stop()
        await until(lambda: not one.connected, "it is noticed")
        assert not await one.send(say.Ping())
        await until(lambda: "cannot be reached" in str(one.problem), "it says why")
        await made.start()
        await until(lambda: one.connected, "it is back")
        assert one.problem is None


async def test_a_node_that_is_revoked_is_told_and_asks_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made, following(made) as (node, one):
        await asyncio.wait_for(one.tried.wait(), 5)
        made.kept.members.revoked[node.node] = "stolen"
        await made.listener.dismiss(PLANE, node.node, "stolen")
        await until(lambda: len(node.refusals) > 1, "it was refused again")
        assert node.refusals[0] == (Closed.REVOKED, "stolen")
        assert "new token" in str(one.problem)
        made.kept.members.revoked.clear()
        await until(lambda: one.connected, "it was let in again")


@contextlib.asynccontextmanager
async def scripted(
    *said: str | bytes, silent: bool = False
) -> AsyncIterator[tuple[Node, Following]]:
    """Follow somebody who says this after hello."""

    async def feed(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        for one in said:
            await (socket.send_str(one) if isinstance(one, str) else socket.send_bytes(one))
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/", feed)
    async with TestClient(TestServer(app)) as client:

        @contextlib.asynccontextmanager
        async def dial() -> AsyncIterator[ClientWebSocketResponse]:
            async with client.ws_connect("/", max_msg_size=say.LONGEST) as socket:
                yield socket

        node = Node()
        one = Following(dial, node, patience=QUICK)
        one.start()
        try:
            yield node, one
        finally:
            await one.stop()


OFFER = say.Offer(version=1, hash="a", packed=4, plain=10, age=0.0)


def offer(**more: object) -> str:
    said = {"version": 1, "hash": "a", "packed": 4, "plain": 10, "age": 0.0, **more}
    return say.write(say.Offer(**said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        ("nonsense",), ("[]",), (say.write(say.Ping()), '{"type": "hello"}'), (b"bytes",),
        (offer(), b"too many"), (offer(), offer()), (offer(packed=0),), (offer(packed=2**40),),
        (offer(plain=2**40),), ("x" * (2 * say.LONGEST),), (offer(packed=2**20 * 3), b"x" * 2**21),
    ],
)  # fmt: skip
async def test_whoever_breaks_the_rules_is_left_and_nothing_is_taken(
    said: tuple[str | bytes, ...],
) -> None:
    async with scripted(*said) as (node, one):
        await until(lambda: one.problem is not None, "it is left")
        assert node.taken == []
        assert not one.connected


async def test_whoever_is_silent_is_left() -> None:
    began = time.monotonic()
    async with scripted(say.write(say.Ping())) as (_, one):
        await until(lambda: one.connected, "it is there")
        await until(lambda: one.problem is not None, "it is left")
        assert time.monotonic() - began < 3 * QUICK.silence


async def test_a_way_that_cannot_be_gone_is_tried_again_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries = 0

    @contextlib.asynccontextmanager
    async def dial() -> AsyncIterator[ClientWebSocketResponse]:
        nonlocal tries
        tries += 1
        if tries % 2 == 0:
            raise RuntimeError("a surprise")
        raise Fault("certificate.expired", "It has expired.", by=By.OPERATOR)
        yield

    one = Following(dial, Node(), patience=QUICK)
    one.start()
    await until(lambda: tries > 4, "it is tried")
    await one.stop()
    assert one.tried.is_set()
    assert one.problem is not None


async def test_of_several_ways_all_are_tried_before_it_is_known_that_nobody_is_there() -> None:
    tries = 0

    def dial() -> contextlib.AbstractAsyncContextManager[ClientWebSocketResponse]:
        nonlocal tries
        tries += 1
        raise Fault("control_plane.unreachable", "gone", by=By.OURS)

    one = Following(dial, Node(), ways=lambda: 3, patience=QUICK)
    one.start()
    await asyncio.wait_for(one.tried.wait(), 5)
    assert tries == 3
    await one.stop()


@contextlib.asynccontextmanager
async def slow_way(to: Address, rate: int) -> AsyncIterator[Address]:
    """Lead to somewhere with so many bytes a second on the way back."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: int) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                writer.write(data)
                await writer.drain()
                if rate:
                    await asyncio.sleep(len(data) / rate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, there = await asyncio.open_connection(to.host, to.port, limit=4096)
        pumps = [asyncio.create_task(pump(reader, there, 0))]
        pumps.append(asyncio.create_task(pump(back, writer, rate)))
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
        for end in (there, writer):
            end.transport.abort()
        done.set()

    done = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Address("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await done.wait()
        await asyncio.sleep(0)


async def test_a_large_configuration_over_a_slow_line_is_not_cut_while_bytes_flow(
    tmp_path: Path,
) -> None:
    tags = tuple(secrets.token_hex(64) for _ in range(6_000))
    plain = {"id": str(uuid.uuid4()), "name": "a", "host": "a.example", "tags": tags}
    async with cluster(tmp_path) as made, slow_way(made.address, 150_000) as way:
        told = made.kept.planes.publish(PLANE, Snapshot(services=(Service.model_validate(plain),)))
        ident, file = made.identity()
        node = Node(ident)
        one = Following(
            lambda: open_feed(way, made.authority.certificate, file), node, patience=QUICK
        )
        began = time.monotonic()
        one.start()
        try:
            await until(lambda: node.taken, "it is taken", 20.0)
        finally:
            await one.stop()
        assert time.monotonic() - began > 2 * QUICK.silence
        assert node.taken[0].offer.hash == told.hash
        assert one.problem is None
