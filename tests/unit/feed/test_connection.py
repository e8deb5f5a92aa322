import asyncio
import secrets
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost.feed import messages as say
from gatepost.feed.authority import make_authority
from gatepost.feed.close_codes import Closed
from gatepost.feed.connection import refusal
from gatepost.feed.needs import Standing
from gatepost.feed.patience import Patience
from gatepost.model import Service, Snapshot
from gatepost.store.kong_yaml import read
from tests.providers.cluster import PLANE, QUICK, Cluster, cluster, hear, hello, until
from tests.providers.keepers import Kept

pytestmark = pytest.mark.anyio


def services(*names: str) -> str:
    listed = "".join(f'  - {{name: {name}, url: "http://127.0.0.1:1"}}\n' for name in names)
    return f'_format_version: "3.0"\nservices:\n{listed}'


MANY = tuple(f"s{number}" for number in range(40))


def state(answers: str, **more: object) -> str:
    said = {"answers": answers, "hash": answers, "version": 1, "sync": "normal", **more}
    return say.write(say.State(**said))  # type: ignore[arg-type]


async def test_the_newest_wins_and_one_is_on_its_way_at_a_time(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        first = made.kept.planes.publish(PLANE, read(services("a")))
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            assert (await hear(socket)).hash == first.hash
            await hear(socket)
            for name in "bcd":
                newest = made.kept.planes.publish(PLANE, read(services(name)))
                made.listener.changed(PLANE)
                await asyncio.sleep(0.05)
            await socket.send_str(state(first.hash))
            assert (await hear(socket)).hash == newest.hash
            await until(lambda: made.kept.members.sights[node].hash == first.hash, "it is noted")


async def test_a_difference_is_sent_to_whoever_has_what_was_before(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        first = made.kept.planes.publish(PLANE, read(services(*MANY)))
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            whole = await hear(socket)
            await hear(socket)
            await socket.send_str(state(first.hash))
            second = made.kept.planes.publish(PLANE, read(services(*MANY, "more")))
            made.listener.changed(PLANE)
            offer = await hear(socket)
            assert (offer.hash, offer.base) == (second.hash, first.hash)
            assert offer.plain < whole.plain / 10
            await hear(socket)
            await socket.send_str(state(second.hash, hash=first.hash, whole=True))
            offer = await hear(socket)
            assert (offer.hash, offer.base) == (second.hash, "")


async def test_what_was_refused_is_not_sent_again_until_something_changes(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        first = made.kept.planes.publish(PLANE, read(services("a")))
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            for _ in range(3):
                await hear(socket)
            refused = state(first.hash, hash="", version=0, sync="refused", reason="it is bad")
            await socket.send_str(refused)
            await until(lambda: made.kept.members.sights[node].sync == "refused", "it is noted")
            assert made.kept.members.sights[node].reason == "it is bad"
            made.listener.changed(PLANE)
            with pytest.raises(TimeoutError):
                await hear(socket, 0.15)
            made.kept.planes.publish(PLANE, read(services("b")))
            made.listener.changed(PLANE)


async def test_what_is_revoked_passes_a_configuration_that_is_on_its_way(tmp_path: Path) -> None:
    patience = Patience(ping=0.2, silence=2.0, tell=10.0)
    async with cluster(tmp_path, patience=patience) as made:
        node, file = made.identity()
        # Random words are as large packed as they are not: more than what a socket buffers.
        tags = tuple(secrets.token_hex(64) for _ in range(150_000))
        plain = {"id": str(uuid.uuid4()), "name": "a", "host": "a.example", "tags": tags}
        snapshot = Snapshot(services=(Service.model_validate(plain),))
        made.kept.planes.publish(PLANE, snapshot)
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            offer = await hear(socket)
            assert offer.packed > 8 * 1024 * 1024
            entry = {"kind": "subject", "parts": ["i", "s"], "not_before": 1.0, "expires": None}
            telling = asyncio.create_task(made.listener.revoked(PLANE, [entry]))
            got = 0
            while isinstance(heard := await hear(socket), bytes):
                got += len(heard)
                await asyncio.sleep(0.001)
            assert isinstance(heard, say.Revocations)
            assert got < offer.packed, "the revocation waited for the whole configuration"
            await socket.send_str(say.write(say.Applied(epoch="first", number=1)))
            assert (await telling).applied == 1


async def test_a_log_that_is_another_one_or_lacks_numbers_is_told_from_its_beginning(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        entry = {"kind": "subject", "parts": ["i", "s"], "not_before": 1.0, "expires": None}
        await made.kept.log.append(PLANE, [entry] * 1200)
        for epoch, last, floor, begins in (
            ("first", 1100, 1, 1100), ("other", 1100, 1, 0), ("first", 5, 900, 0),
            ("first", 5000, 1, 0),
        ):  # fmt: skip
            made.kept.log.floor = floor
            node, file = made.identity()
            async with made.connect(file) as socket:
                await socket.send_str(hello(node, epoch=epoch, last=last))
                heard = await hear(socket)
                assert heard.after == begins
                while not heard.complete:
                    before, heard = heard, await hear(socket)
                    assert heard.after == before.upto
                assert heard.upto == 1200


async def test_silence_ends_a_connection_and_signs_of_life_do_not(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            await hear(socket)
            for _ in range(8):
                await asyncio.sleep(QUICK.silence / 4)
                await socket.send_str(say.write(say.Ping()))
            began = time.monotonic()
            code, _ = await hear(socket)
            assert code == Closed.SILENT
            assert time.monotonic() - began < 2 * QUICK.silence


async def test_a_node_that_comes_again_takes_the_place_of_its_old_connection(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        async with made.connect(file) as old, made.connect(file) as new:
            await old.send_str(hello(node))
            await hear(old)
            await hear(old)
            await new.send_str(hello(node))
            code, _ = await hear(old)
            assert code == Closed.ELSEWHERE
            await hear(new)
            assert made.listener.connected(PLANE) == (node,)


async def test_a_store_that_fails_closes_the_connection_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(plane: str) -> None:
        raise RuntimeError("no database")

    async with cluster(tmp_path) as made:
        node, file = made.identity()
        with monkeypatch.context() as patched:
            patched.setattr(made.kept.planes, "current", broken)
            async with made.connect(file) as socket:
                await socket.send_str(hello(node))
                await hear(socket)
                code, _ = await hear(socket)
                assert code == Closed.FAILED
        async with made.connect(file) as socket:
            await socket.send_str(hello(node))
            await hear(socket)
            assert isinstance(await hear(socket), say.Current)


def test_a_refusal_says_why() -> None:
    assert refusal(Standing.REVOKED, "stolen") == (Closed.REVOKED, "stolen")
    assert refusal(Standing.UNKNOWN, "")[0] is Closed.UNKNOWN


async def test_traces_are_asked_of_a_node_that_offers_them_and_of_no_older_one(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        old, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(old))
            heard = [await hear(socket), await hear(socket)]
            assert not any(isinstance(one, say.Wants) for one in heard)
        node, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(node, offers=["traces", "of tomorrow"]))
            assert await hear(socket) == say.Wants(what=["traces"])
            await socket.send_str(say.write(say.Traces(entries=[{"id": "a"}, {"nonsense": 1}])))
            await until(lambda: len(made.kept.traces.told) == 2, "they are taken")
            assert made.kept.traces.told[0] == (PLANE, node, {"id": "a"})


async def test_where_nobody_takes_traces_nobody_is_asked(tmp_path: Path) -> None:
    made = Cluster(tmp_path, make_authority(now=time.time()), Kept(time.time))
    made.kept.keepers = replace(made.kept.keepers, traces=None)
    await made.start()
    try:
        node, file = made.identity()
        async with made.connect(file) as socket:
            await socket.send_str(hello(node, offers=["traces"]))
            heard = [await hear(socket), await hear(socket)]
            assert not any(isinstance(one, say.Wants) for one in heard)
    finally:
        await made.listener.stop()
