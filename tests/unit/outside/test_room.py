"""Rooms in real servers: what nodes hear of one another, and what they do when they cannot."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest

from gatepost.outside.coverage import Coverage
from gatepost.outside.redis_client import Script
from gatepost.outside.room import Room, name_of
from gatepost.outside.room_words import heard, write_member
from gatepost.plugin import Revocation
from gatepost.values import By, Fault, RedisSettings, Secret, Tag, TagKind
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

SET, NEWS = "sessions:{revocations}", "sessions:{revocations}:news"


def revocation(name: str, *, expires: float | None = 4_000_000_000.0) -> Revocation:
    return Revocation(1, Tag.of(TagKind.SUBJECT, "https://a", name), 1000.0, expires)


class Node:
    """A node that keeps what it is told; ``heard`` and ``gaps`` say what that was."""

    def __init__(self, *names: str) -> None:
        self.held = [revocation(name) for name in names]
        self.heard: list[str] = []
        self.gaps: list[str] = []
        self.failing = False
        self.heard_at = 0.0

    def live(self) -> Sequence[Revocation]:
        return list(self.held)

    async def hear(self, room: str, revocations: Sequence[Revocation]) -> int:
        if self.failing:
            raise Fault("revocation.not_kept", "The disk is full.", by=By.OURS)
        known, new = Coverage(self.held), []
        for one in revocations:
            if not known.covers(one):
                known.add(one)
                new.append(one)
        self.held += [heard(one, room) for one in new]
        self.heard += [one.tag.parts[1] for one in new]
        if new:
            self.heard_at = time.monotonic()
        return len(new)

    async def gap(self, room: str, why: str) -> None:
        self.gaps.append(why)


@contextlib.asynccontextmanager
async def following(
    settings: RedisSettings, node: Node, *, wait: bool = True
) -> AsyncIterator[Room]:
    room = Room(settings, node)
    room.start()
    try:
        if wait:
            await until(lambda: room.connected)
        yield room
    finally:
        assert room._task is not None
        assert not room._task.done(), "it must not end by itself"
        await room.close()


async def until(true: Callable[[], bool], patience: float = 10.0) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_what_one_node_tells_the_others_hear_at_once_and_it_does_not(
    redis: RedisServer,
) -> None:
    a, b, c = Node(), Node(), Node()
    async with (
        following(redis.settings, a) as telling,
        following(redis.settings, b) as hearing,
        following(redis.settings, c),
    ):
        a.held.append(revocation("ann"))
        began = time.monotonic()
        assert await telling.tell([revocation("ann")])
        await until(lambda: b.heard == ["ann"] and c.heard == ["ann"])
        assert max(b.heard_at, c.heard_at) - began < 0.2
        await asyncio.sleep(1.2)
        assert (a.heard, a.gaps, b.gaps) == ([], [], [])
        assert (telling.heard, hearing.heard) == (0, 1)
    assert redis.run("ZCARD", SET) == 2  # nobody wrote it again in his own words


async def test_who_comes_late_hears_everything_and_tells_what_only_he_knows(
    redis: RedisServer,
) -> None:
    a, b = Node("ann", "bob"), Node("cid")
    async with following(redis.settings, a), following(redis.settings, b):
        await until(lambda: a.heard == ["cid"] and sorted(b.heard) == ["ann", "bob"])
    assert (a.gaps, b.gaps) == ([], [])


async def test_thousands_are_told_and_heard(redis: RedisServer) -> None:
    a, b = Node(*(f"user-{n}" for n in range(3000))), Node()
    async with following(redis.settings, a), following(redis.settings, b):
        await until(lambda: len(b.heard) == 3000)
    assert redis.run("XLEN", NEWS) <= 10_000


async def test_a_room_that_was_emptied_is_whole_again_and_the_gap_is_told(
    redis: RedisServer,
) -> None:
    a, b = Node("ann"), Node("bob")
    async with following(redis.settings, a), following(redis.settings, b):
        await until(lambda: len(a.held) == len(b.held) == 2)
        redis.run("FLUSHALL")
        await until(lambda: bool(a.gaps and b.gaps))
        late = Node()
        async with following(redis.settings, late):
            await until(lambda: sorted(late.heard) == ["ann", "bob"])
        assert a.gaps == b.gaps == ["it was emptied, or news came faster than they were read"]
        assert late.gaps == []


@pytest.mark.parametrize("key", [SET, NEWS])
async def test_half_a_room_that_was_lost_is_noticed(redis: RedisServer, key: str) -> None:
    a = Node("ann")
    async with following(redis.settings, a):
        redis.run("DEL", key)
        await until(lambda: len(a.gaps) == 1)
        await until(lambda: redis.run("EXISTS", SET, NEWS) == 2)
        await asyncio.sleep(1.5)
        assert len(a.gaps) == 1


async def test_a_connection_that_is_cut_leaves_no_gap(redis: RedisServer) -> None:
    a, b = Node(), Node()
    async with following(redis.settings, a) as telling, following(redis.settings, b):
        for number in range(10):
            redis.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            await telling.tell([revocation(f"user-{number}")])
            a.held.append(revocation(f"user-{number}"))
        await until(lambda: len(b.heard) == 10)
    assert (a.gaps, b.gaps) == ([], [])


@pytest.mark.parametrize("keep", [False, True])
async def test_a_server_that_goes_and_comes_back_with_or_without_what_it_held(keep: bool) -> None:
    with redis_server(keep=keep) as server:
        a, b = Node("ann"), Node()
        async with following(server.settings, a) as room, following(server.settings, b) as other:
            await until(lambda: b.heard == ["ann"])
            server.stop()
            await until(lambda: not room.connected and not other.connected)
            assert room.problem is not None
            assert "cannot be reached" in room.problem
            a.held.append(revocation("bob"))
            assert not await room.tell([revocation("bob")])
            server.start()
            await until(lambda: b.heard == ["ann", "bob"])
            await until(lambda: room.connected and other.connected)
            assert room.problem is None
            assert a.gaps == b.gaps == ["another server answers"]


async def test_a_gap_is_told_to_who_was_away_for_longer_than_the_news_go_back(
    redis: RedisServer,
) -> None:
    node = Node()
    room = Room(redis.settings, node)
    for name in ("ann", "bob"):
        room.start()
        await until(lambda: room.connected)
        await room.close()
        if name == "ann":
            async with following(redis.settings, Node()) as other:
                await other.tell([revocation("ann"), revocation("bob")])
            redis.run("XTRIM", NEWS, "MAXLEN", 1)
    assert sorted(node.heard) == ["ann", "bob"]
    assert node.gaps == ["it was emptied, or its news go back less far than ours"]


async def test_a_room_that_was_away_from_the_beginning_is_a_gap_when_it_comes() -> None:
    settings = RedisSettings(port=free_port())
    node = Node("ann")
    async with following(settings, node, wait=False) as room:
        await asyncio.wait_for(room.tried.wait(), 5)
        assert not room.connected
        with redis_server() as server:
            room._client.settings = replace(room._client.settings, port=server.port)
            await room._client.close()
            await until(lambda: room.connected)
            assert node.gaps == ["it could not be reached until now"]
            await until(lambda: server.run("ZCARD", SET) == 2)


async def test_a_server_that_hangs_is_noticed_and_what_was_not_told_is_told_later(
    redis: RedisServer,
) -> None:
    quick = replace(redis.settings, read_timeout=0.3, send_timeout=0.3, connect_timeout=0.3)
    a, b = Node(), Node()
    async with following(quick, a) as telling, following(quick, b):
        redis.hang()
        try:
            began = time.monotonic()
            assert not await telling.tell([revocation("ann")])
            assert time.monotonic() - began < 2.5
            a.held.append(revocation("ann"))
            await until(lambda: not telling.connected)
        finally:
            redis.hang(on=False)
        await until(lambda: b.heard == ["ann"])


async def test_what_could_not_be_told_for_a_moment_is_told_without_losing_the_room(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.outside.room._TELL", 0.0)
    a, b = Node(), Node()
    async with following(redis.settings, a) as telling, following(redis.settings, b):
        a.held.append(revocation("ann"))
        assert not await telling.tell([revocation("ann")])
        assert telling.connected
        await until(lambda: b.heard == ["ann"])
        assert (a.gaps, b.gaps) == ([], [])


async def test_a_room_that_never_lasts_is_not_joined_over_and_over(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a proxy that leads to another server each time."""
    monkeypatch.setattr("gatepost.outside.room.PROVE", Script("return 0"))
    monkeypatch.setattr("gatepost.outside.room._BLOCK", 0.01)
    node = Node()
    async with following(redis.settings, node):
        await asyncio.sleep(2.5)
        assert 2 <= len(node.gaps) <= 6


async def test_what_is_no_revocation_is_passed_over(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis.run("ZADD", SET, "+inf", "garbage")
    node = Node()
    async with following(redis.settings, node):
        redis.run("XADD", NEWS, "*", "revocation", "garbage")
        redis.run("XADD", NEWS, "*", "other", "field")
        redis.run("XADD", NEWS, "*", "revocation", write_member(revocation("ann")))
        await until(lambda: node.heard == ["ann"])
    assert node.gaps == []
    assert caplog.text.count("no revocations") == 2
    assert "garbage" not in caplog.text


async def test_what_expired_is_not_heard_and_is_swept_away(redis: RedisServer) -> None:
    redis.run("ZADD", SET, 5, write_member(revocation("old", expires=5.0)))
    just = revocation("just", expires=time.time() - 1)
    redis.run("ZADD", SET, time.time() - 1, write_member(just))
    node = Node()
    async with following(redis.settings, node):
        redis.run("XADD", NEWS, "*", "revocation", write_member(just))
        redis.run("XADD", NEWS, "*", "revocation", write_member(revocation("ann")))
        await until(lambda: node.heard == ["ann"])
    assert redis.run("ZCOUNT", SET, "-inf", 10) == 0


async def test_news_that_the_node_cannot_keep_are_told_again_until_it_can(
    redis: RedisServer,
) -> None:
    a, b = Node(), Node()
    async with following(redis.settings, a) as telling, following(redis.settings, b) as room:
        b.failing = True
        await telling.tell([revocation("ann")])
        await until(lambda: not room.connected)
        assert room.problem == "The disk is full."
        b.failing = False
        await until(lambda: b.heard == ["ann"])
        assert b.gaps == []


async def test_a_surprise_does_not_end_it(redis: RedisServer) -> None:
    class Surprising(Node):
        def live(self) -> Sequence[Revocation]:
            if not self.gaps:
                self.gaps.append("surprised")
                raise RuntimeError("surprise")
            return super().live()

    node = Surprising()
    async with following(redis.settings, node, wait=False) as room:
        await until(lambda: room.connected and bool(node.gaps))


async def test_a_room_in_a_cluster_is_followed() -> None:
    with redis_server(f"cluster-port {free_port()}", "cluster-enabled yes") as server:
        server.run("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        await until(lambda: b"cluster_state:ok" in bytes(server.raw("CLUSTER", "INFO")))
        settings = RedisSettings(cluster_nodes=(("127.0.0.1", server.port),))
        a, b = Node("ann"), Node()
        async with following(settings, a) as telling, following(settings, b):
            await telling.tell([revocation("bob")])
            await until(lambda: b.heard == ["ann", "bob"])
            assert (a.gaps, b.gaps) == ([], [])


async def test_the_rights_that_it_needs_are_few() -> None:
    acl = (
        "user gate on >secret ~sessions:* +eval +evalsha +zscan +xread "
        "+zadd +zscore +zremrangebyscore +xadd +xrange +xrevrange +time"
    )
    with redis_server(acl) as server:
        settings = replace(server.settings, username="gate", password=Secret("secret"))
        a, b = Node("ann"), Node()
        async with following(settings, a), following(settings, b):
            await until(lambda: b.heard == ["ann"])
            server.settings = replace(server.settings, username=None, password=None)
            server.run("FLUSHALL")
            await until(lambda: len(a.gaps) == 1)


def test_a_room_is_called_by_where_it_is() -> None:
    assert name_of(RedisSettings()) == "127.0.0.1:6379 sessions"
    assert name_of(RedisSettings(socket="/r", database=2, prefix="p")) == "/r database 2 p"
