import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest

from gatepost.node.rooms import Reach, Rooms
from gatepost.plugin import Revocation
from gatepost.values import RedisSettings, Secret, Tag, TagKind
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


class Node:
    """A node that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[Revocation] = []

    def live(self) -> Sequence[Revocation]:
        return ()

    async def hear(self, room: str, revocations: Sequence[Revocation]) -> int:
        self.heard += revocations
        return len(revocations)

    async def gap(self, room: str, why: str) -> None: ...


@pytest.fixture
async def rooms() -> AsyncIterator[Rooms]:
    made = Rooms()
    yield made
    await made.close()


async def until(true: Callable[[], bool], patience: float = 10.0) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def clients(server: RedisServer) -> int:
    return int(server.run("INFO", "clients")["connected_clients"]) - 1


async def test_rooms_are_followed_while_they_are_wanted(rooms: Rooms) -> None:
    node = Node()
    with redis_server() as one, redis_server() as other:
        await rooms.want([one.settings], node)
        await rooms.tried()
        (first,) = rooms
        await rooms.want([one.settings, other.settings], node)
        await rooms.tried()
        assert str(rooms.reach) == "this node and 2 rooms"
        assert first in list(rooms), "what is still wanted goes on"
        await rooms.want([other.settings], node)
        assert [room.settings for room in rooms] == [other.settings]
        assert clients(one) == 0
        assert str(rooms.reach) == "this node and 1 room"
        await rooms.close()
        assert clients(other) == 0
        assert str(rooms.reach) == "this node only"


async def test_a_room_is_followed_once_however_patient_plans_are_with_it(rooms: Rooms) -> None:
    settings = RedisSettings(port=1)
    many = [settings, replace(settings, pool=2), replace(settings, read_timeout=9.0)]
    await rooms.want(many, Node())
    assert len(list(rooms)) == 1
    await rooms.want(reversed(many), Node())
    assert len(list(rooms)) == 1
    await rooms.want([settings, replace(settings, prefix="other")], Node())
    assert len(list(rooms)) == 2
    await rooms.want([replace(settings, password=Secret("new"))], Node())
    assert [room.settings.password for room in rooms] == [Secret("new")]


async def test_waiting_for_a_room_that_is_away_ends(rooms: Rooms) -> None:
    await rooms.want([RedisSettings(port=free_port())], Node())
    began = time.monotonic()
    await rooms.tried()
    assert time.monotonic() - began < 2
    with redis_server() as server:
        server.hang()
        await rooms.want([server.settings], Node())
        began = time.monotonic()
        await rooms.tried(0.3)
        assert 0.2 < time.monotonic() - began < 1
        assert str(rooms.reach).startswith("this node only; away, and told when it is back: ")


async def test_new_rooms_are_followed_before_a_change_and_old_ones_until_it_is_done(
    rooms: Rooms,
) -> None:
    node = Node()
    with redis_server() as one, redis_server() as other:
        old, new = [one.settings], [other.settings]
        await rooms.want(old, node)
        async with rooms.between(old, new, node):
            assert len(rooms.reach.told) == 2
        assert [room.settings for room in rooms] == new
        with pytest.raises(RuntimeError):
            async with rooms.between(new, old, node):
                raise RuntimeError
        assert [room.settings for room in rooms] == new


async def test_all_but_one_are_told(rooms: Rooms) -> None:
    node = Node()
    with redis_server() as one, redis_server() as other:
        await rooms.want([one.settings, other.settings], node)
        await rooms.tried()
        entry = Revocation(1, Tag.of(TagKind.SESSION, "https://a", "s"), 1.0, None)
        names = sorted(room.name for room in rooms)
        reach = await rooms.tell([entry], but=names[0])
        assert reach == Reach(told=(names[1],))
        await until(lambda: len(node.heard) == 1)


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (Reach(), "this node only"),
        (Reach(("a",)), "this node and 1 room"),
        (Reach(("a", "b")), "this node and 2 rooms"),
        (Reach(control_plane=True), "this node and the control plane"),
        (Reach(("a",), control_plane=True), "this node, the control plane and 1 room"),
        (
            Reach(("a",), ("b",), control_plane=False),
            "this node and 1 room; away, and told when they are back: the control plane, b",
        ),
        (Reach((), ("b",)), "this node only; away, and told when it is back: b"),
        (
            Reach(("a",), ("b", "c")),
            "this node and 1 room; away, and told when they are back: b, c",
        ),
    ],
)
def test_reach_is_told_in_words(reach: Reach, words: str) -> None:
    assert str(reach) == words


async def test_the_status_says_how_each_is(rooms: Rooms) -> None:
    began = time.time()
    with redis_server() as server:
        await rooms.want([server.settings], Node())
        await rooms.tried()
        await until(lambda: rooms.reach.told != ())
        (shown,) = rooms.status()
        assert shown["name"] == f"127.0.0.1:{server.port} sessions"
        assert (shown["connected"], shown["problem"], shown["heard"]) == (True, None, 0)
        assert began - 1 <= shown["since"] <= time.time() + 1
        assert shown["last"] != "0-0"
