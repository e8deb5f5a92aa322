import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from gatepost.node.revocation_log import RevocationLog
from gatepost.node.revocation_request import read_wish
from gatepost.node.revoking import Revoking
from gatepost.plugin import Revocation
from gatepost.values import Fault, Tag, TagKind

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.0


class Taker:
    """Notes what it was told, and how long the log was by then."""

    def __init__(self, name: str, order: list[str], log: Path) -> None:
        self.name, self.order, self.log = name, order, log
        self.taken: list[Revocation] = []

    async def take(self, revocations: Sequence[Revocation]) -> None:
        assert len(self.log.read_bytes().splitlines()) > 1, "told before it was written"
        self.order.append(self.name)
        self.taken += revocations


def revoking(path: Path) -> tuple[Revoking, list[str], Taker, Taker]:
    order: list[str] = []
    first, second = Taker("authorizers", order, path), Taker("engine", order, path)
    log = RevocationLog(path, now=NOW)
    made = Revoking(
        log, authorizers=first, engine=second, issuers=lambda: {"https://a"}, now=lambda: NOW
    )
    return made, order, first, second


async def test_first_the_log_then_the_authorizers_then_the_engine(tmp_path: Path) -> None:
    made, order, first, second = revoking(tmp_path / "log")
    entries = await made.revoke(read_wish(b'{"client": "app"}'))
    assert order == ["authorizers", "engine"]
    assert first.taken == second.taken
    assert entries[0]["parts"] == ["https://a", "app"]
    assert made.last == 1
    assert [one.number for one in made.since(0)] == [1]
    assert made.since(1) == ()


async def test_a_disk_that_refuses_revokes_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, order, _, _ = revoking(tmp_path / "log")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", refuse)
    with pytest.raises(Fault) as caught:
        await made.revoke(read_wish(b'{"token": "abc"}'))
    assert caught.value.code == "revocation.not_kept"
    assert order == []


async def test_what_changed_here_is_forgotten_but_not_logged(tmp_path: Path) -> None:
    made, _, first, _ = revoking(tmp_path / "log")
    await made.revoke(read_wish(b'{"token": "abc"}'))
    await made.forget({Tag.of(TagKind.LOOKUP, "username", "alice")}, "changed")
    assert first.taken[-1].tag.kind is TagKind.LOOKUP
    assert len(made.live()) == 1
