import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.feed import messages as say
from gatepost.node.rooms import CONTROL_PLANE, Rooms
from gatepost.node.sharing import Sharing
from gatepost.plugin import Revocation
from gatepost.plugin.revocation_wish import read_wish
from gatepost.values import Fault, Tag, TagKind
from tests.unit.node.test_revoking import NOW, Made, refuse

pytestmark = pytest.mark.anyio


def entry(name: str, **more: Any) -> dict[str, Any]:
    made = Revocation(0, Tag.of(TagKind.SUBJECT, "https://a", name), NOW - 5, None, "ann", "left")
    return {**say.plain(made.to_json()), **more}


def told(after: int, *names: str, epoch: str = "e", complete: bool = True) -> say.Revocations:
    entries = [entry(name) for name in names]
    return say.Revocations(
        epoch=epoch, after=after, upto=after + len(names), complete=complete, entries=entries
    )


class Plane:
    """A control plane as the node's side sees it."""

    def __init__(self, directory: Path) -> None:
        self.made = Made(directory / "log")
        self.file = directory / "revocations.json"
        self.up, self.keeps, self.asked = True, True, 0
        self.heard: list[dict[str, Any]] = []
        self.begin()

    def begin(self) -> None:
        """Start the node's side, as after a restart."""
        self.sharing = Sharing(
            self.file, send=self.send, is_connected=lambda: self.up, again=self.again,
            now=lambda: NOW,
        )  # fmt: skip
        self.sharing.share(self.made.revoking)
        self.made.revoking._rooms = Rooms(self.sharing)

    async def send(self, message: say.Message) -> bool:
        assert isinstance(message, say.Revoked)
        if self.up and self.keeps:
            self.heard += message.entries
            kept = say.Kept(what="revoked", sequence=message.sequence)
            asyncio.get_running_loop().call_soon(self.sharing.kept, kept)
        return self.up

    async def again(self) -> None:
        self.asked += 1

    @property
    def noted(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_bytes())
        return found


@pytest.fixture
async def plane(tmp_path: Path) -> AsyncIterator[Plane]:
    one = Plane(tmp_path)
    yield one
    await one.made.rooms.close()


async def test_what_is_told_bites_and_is_noted_before_it_is_acknowledged(plane: Plane) -> None:
    done = await plane.sharing.hear(told(0, "ann", "bob"))
    assert done == say.Applied(epoch="e", number=2)
    assert plane.made.order == ["authorizers", "engine"]
    assert (plane.noted["epoch"], plane.noted["last"]) == ("e", 2)
    assert [one.why for one in plane.made.revoking.live()] == [
        "left (through the control plane)"
    ] * 2
    assert plane.heard == [], "it is no news to whoever told it"
    plane.begin()
    assert (plane.sharing.epoch, plane.sharing.last) == ("e", 2)


async def test_what_cannot_be_written_is_not_acknowledged(
    plane: Plane, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane.made.authorizers.written = plane.made.engine.written = False
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", refuse)
        with pytest.raises(Fault) as caught:
            await plane.sharing.hear(told(0, "ann"))
    assert caught.value.code == "revocation.not_kept"
    assert plane.sharing.last == 0


async def test_what_goes_on_where_it_was_makes_nobody_forget(plane: Plane) -> None:
    await plane.sharing.hear(told(0, "ann"))
    plane.sharing.began()
    assert await plane.sharing.hear(told(1, "bob")) == say.Applied(epoch="e", number=2)
    assert await plane.sharing.hear(told(1, "bob")) == say.Applied(epoch="e", number=2)
    assert await plane.sharing.hear(told(2)) == say.Applied(epoch="e", number=2)
    assert "engine forgets" not in plane.made.order


@pytest.mark.parametrize("epoch", ["e", "other"])
async def test_where_something_is_missing_all_is_taken_and_all_is_forgotten_before_the_answer(
    plane: Plane, epoch: str
) -> None:
    await plane.sharing.hear(told(0, "ann"))
    plane.sharing.began()
    assert await plane.sharing.hear(told(0, "ann", "bob", epoch=epoch, complete=False)) is None
    assert (plane.noted["epoch"], plane.noted["last"]) == ("e", 1)
    assert "engine forgets" not in plane.made.order
    done = await plane.sharing.hear(told(2, "cid", epoch=epoch))
    assert done == say.Applied(epoch=epoch, number=3)
    assert plane.made.order[-1] == "engine forgets"
    assert len(plane.made.revoking.live()) == 3


async def test_numbers_that_are_missing_without_a_beginning_are_a_breach(plane: Plane) -> None:
    await plane.sharing.hear(told(0, "ann"))
    for message in (told(5, "bob"), told(1, "bob", epoch="other")):
        with pytest.raises(Fault) as caught:
            await plane.sharing.hear(message)
        assert caught.value.code == "feed.broken"
    assert plane.sharing.last == 1


async def test_an_entry_that_is_none_and_one_that_has_expired_are_left_out(plane: Plane) -> None:
    entries = [entry("ann", expires=NOW - 1), {"kind": "nonsense"}, entry("bob")]
    message = say.Revocations(epoch="e", after=0, upto=3, complete=True, entries=entries)
    assert await plane.sharing.hear(message) == say.Applied(epoch="e", number=3)
    assert [one.tag.parts[1] for one in plane.made.revoking.live()] == ["bob"]


async def test_what_is_revoked_here_is_told_and_said_so(plane: Plane) -> None:
    await plane.sharing.hear(told(0))
    await plane.sharing.caught_up()
    done = await plane.made.revoking.revoke(read_wish(b'{"client": "app"}'))
    assert (done.reach.control_plane, str(done.reach)) == (True, "this node and the control plane")
    assert [one["parts"] for one in plane.heard] == [["https://a", "app"]]
    assert "number" not in plane.heard[0]
    assert plane.noted["told"] == 1


async def test_what_could_not_be_told_is_told_when_it_is_back_also_after_a_restart(
    plane: Plane,
) -> None:
    await plane.sharing.hear(told(0, "ann"))
    await plane.sharing.caught_up()
    plane.up = False
    done = await plane.made.revoking.revoke(read_wish(b'{"client": "app"}'))
    assert done.reach.control_plane is False
    assert CONTROL_PLANE in str(done.reach)
    plane.begin()
    plane.up = True
    plane.sharing.began()
    await plane.sharing.hear(told(1))
    await plane.sharing.caught_up()
    assert [one["parts"] for one in plane.heard] == [["https://a", "app"]]
    plane.sharing.began()
    await plane.sharing.caught_up()
    assert len(plane.heard) == 1, "once"


async def test_a_log_that_was_made_anew_is_told_all_that_it_lacks(plane: Plane) -> None:
    await plane.sharing.hear(told(0, "ann", "bob"))
    await plane.sharing.caught_up()
    plane.sharing.began()
    await plane.sharing.hear(told(0, "bob", epoch="other"))
    await plane.sharing.caught_up()
    assert [one["parts"][1] for one in plane.heard] == ["ann"]
    assert plane.heard[0]["why"] == "left"


async def test_who_keeps_nothing_is_asked_for_another_connection(
    plane: Plane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.node.sharing._TELL", 0.05)
    await plane.sharing.hear(told(0))
    await plane.sharing.caught_up()
    plane.keeps = False
    done = await plane.made.revoking.revoke(read_wish(b'{"client": "app"}'))
    assert done.reach.control_plane is False
    await asyncio.sleep(0)
    assert plane.asked == 1
    plane.keeps = True
    plane.sharing.began()
    await plane.sharing.hear(told(0))
    await plane.sharing.caught_up()
    assert [one["parts"] for one in plane.heard] == [["https://a", "app"]]


async def test_a_note_that_cannot_be_read_is_as_none(plane: Plane) -> None:
    plane.file.write_text("nonsense")
    plane.begin()
    assert (plane.sharing.epoch, plane.sharing.last) == ("", 0)
