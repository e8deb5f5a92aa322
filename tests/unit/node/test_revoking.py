import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost.node.revocation_log import RevocationLog
from gatepost.node.revoking import Revoking
from gatepost.node.rooms import Reach, Rooms
from gatepost.plugin import Revocation
from gatepost.plugin.revocation_wish import read_wish
from gatepost.values import Fault, Tag, TagKind
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0
ANN, BOB = (Tag.of(TagKind.SUBJECT, "https://a", name) for name in ("ann", "bob"))


class Taker:
    """Notes what it was told, and how long the log was by then."""

    def __init__(self, name: str, order: list[str], log: Path) -> None:
        self.name, self.order, self.log = name, order, log
        self.taken: list[Revocation] = []
        self.written = True

    async def take(self, revocations: Sequence[Revocation]) -> None:
        lines = len(self.log.read_bytes().splitlines())
        assert not self.written or lines > 1, "told before it was written"
        self.order.append(self.name)
        self.taken += revocations

    async def forget(self) -> None:
        self.order.append(f"{self.name} forgets")


class Made:
    """A Revoking with what it was made of."""

    def __init__(self, path: Path) -> None:
        self.order: list[str] = []
        self.authorizers = Taker("authorizers", self.order, path)
        self.engine = Taker("engine", self.order, path)
        self.rooms = Rooms()
        self.revoking = Revoking(
            RevocationLog(path, now=NOW),
            authorizers=self.authorizers,
            engine=self.engine,
            rooms=self.rooms,
            issuers=lambda: {"https://a"},
            now=lambda: NOW,
        )


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Made]:
    one = Made(tmp_path / "log")
    yield one
    await one.rooms.close()


def refuse(_: int) -> None:
    raise OSError(28, "No space left on device")


async def test_first_the_log_then_the_authorizers_then_the_engine(made: Made) -> None:
    entries, reach = await made.revoking.revoke(read_wish(b'{"client": "app"}'))
    assert made.order == ["authorizers", "engine"]
    assert made.authorizers.taken == made.engine.taken
    assert entries[0]["parts"] == ["https://a", "app"]
    assert made.revoking.last == 1
    assert [one.number for one in made.revoking.since(0)] == [1]
    assert made.revoking.since(1) == ()
    assert str(reach) == "this node only"


async def test_a_disk_that_refuses_revokes_nothing_and_says_so(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fdatasync", refuse)
    with pytest.raises(Fault) as caught:
        await made.revoking.revoke(read_wish(b'{"token": "abc"}'))
    assert caught.value.code == "revocation.not_kept"
    assert made.order == []


async def test_what_changed_here_is_forgotten_but_not_logged(made: Made) -> None:
    await made.revoking.revoke(read_wish(b'{"token": "abc"}'))
    await made.revoking.forget({Tag.of(TagKind.LOOKUP, "username", "alice")}, "changed")
    assert made.authorizers.taken[-1].tag.kind is TagKind.LOOKUP
    assert len(made.revoking.live()) == 1


async def test_what_a_policy_ends_is_revoked_for_as_long_as_it_says(made: Made) -> None:
    done = await made.revoking.end([(ANN, NOW + 60), (BOB, None)], "logged out")
    assert [(one["expires"], one["why"]) for one in done.entries] == [
        (NOW + 60, "logged out"),
        (None, "logged out"),
    ]
    assert [one.tag for one in made.engine.taken] == [ANN, BOB]


async def test_what_a_room_tells_is_taken_as_if_it_was_revoked_here_but_once(
    made: Made, tmp_path: Path
) -> None:
    told = Revocation(77, ANN, NOW - 5, NOW + 60, "ann", "left")
    assert await made.revoking.hear("room", [told, replace(told, why="in other words")]) == 1
    assert await made.revoking.hear("room", [told]) == 0
    (held,) = made.revoking.live()
    assert (held.number, held.tag, held.not_before, held.expires) == (1, ANN, NOW - 5, NOW + 60)
    assert (held.who, held.why) == ("ann", "left (through Redis room)")
    assert made.order == ["authorizers", "engine"]
    again = Made(tmp_path / "log")  # after a restart it is still known
    assert await again.revoking.hear("room", [told]) == 0
    assert await again.revoking.hear("room", [replace(told, not_before=NOW)]) == 1


async def test_thousands_that_a_room_tells_are_taken_in_pieces(made: Made) -> None:
    many = [
        Revocation(0, Tag.of(TagKind.SESSION, "https://a", str(n)), NOW, None) for n in range(1200)
    ]
    assert await made.revoking.hear("room", many) == 1200
    assert made.order == ["authorizers", "engine"] * 3
    assert len(made.revoking.live()) == 1200


async def test_what_a_room_tells_bites_though_the_disk_refuses_and_is_no_news_only_when_written(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Revocation(0, ANN, NOW, None)
    made.authorizers.written = made.engine.written = False
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", refuse)
        with pytest.raises(Fault) as caught:
            await made.revoking.hear("room", [told])
    assert caught.value.code == "revocation.not_kept"
    assert [one.tag for one in made.engine.taken] == [ANN]
    assert made.revoking.live() == ()
    assert await made.revoking.hear("room", [told]) == 1


async def test_a_gap_forgets_everything(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    await made.revoking.gap("room", "it was emptied")
    assert made.order == ["engine forgets"]
    assert "room: it was emptied" in caplog.text


async def test_rooms_are_told_last_and_where_a_revocation_came_from_is_not_told(
    tmp_path: Path,
) -> None:
    with redis_server() as one, redis_server() as other:
        a, b = Made(tmp_path / "a"), Made(tmp_path / "b")
        for made in (a, b):
            await made.rooms.want([one.settings, other.settings], made.revoking)
            await made.rooms.tried()
        done = await a.revoking.revoke(read_wish(b'{"session": "s1"}'))
        assert str(done.reach) == "this node and 2 rooms"
        await until(lambda: len(b.revoking.live()) == 1)
        assert members(one) == members(other) == 1
        other.stop()
        await until(lambda: len(b.rooms.reach.away) == len(a.rooms.reach.away) == 1)
        done = await b.revoking.revoke(read_wish(b'{"session": "s2"}'))
        assert done.reach == Reach(
            (f"{one.settings.name} sessions",), (f"{other.settings.name} sessions",)
        )
        await until(lambda: len(a.revoking.live()) == 2)
        assert members(one) == 2
        for made in (a, b):
            await made.rooms.close()


async def test_one_node_carries_a_revocation_from_room_to_room(tmp_path: Path) -> None:
    with redis_server() as one, redis_server() as other:
        a, bridge, b = (Made(tmp_path / name) for name in ("a", "bridge", "b"))
        for made, rooms in (
            (a, [one.settings]),
            (bridge, [one.settings, other.settings]),
            (b, [other.settings]),
        ):
            await made.rooms.want(rooms, made.revoking)
            await made.rooms.tried()
        await a.revoking.revoke(read_wish(b'{"session": "s1"}'))
        await until(lambda: len(b.revoking.live()) == 1)
        for made in (a, bridge, b):
            await made.rooms.close()


def members(server: RedisServer) -> int:
    return int(server.run("ZCARD", "sessions:{revocations}")) - 1  # without the epoch


async def until(true: object, patience: float = 10.0) -> None:
    deadline = time.monotonic() + patience
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
