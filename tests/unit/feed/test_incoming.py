from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gatepost.feed.incoming import Incoming
from gatepost.values import Fault
from tests.providers.keepers import Desk

pytestmark = pytest.mark.anyio

ENTRY = {"kind": "subject", "parts": ["https://a", "ann"], "not_before": 1.0, "expires": None}


class Log:
    def __init__(self) -> None:
        self.held: list[tuple[str, Mapping[str, Any]]] = []

    async def append(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> int:
        self.held += [(plane, one) for one in entries]
        return len(self.held)


async def test_what_several_nodes_tell_is_written_once_in_each_plane() -> None:
    log = Log()
    incoming = Incoming(log.append, Desk())
    for node in "abc":
        await incoming.revoked("one", node, [{**ENTRY, "why": f"told by {node}"}, ENTRY])
    await incoming.revoked("two", "d", [ENTRY])
    assert [plane for plane, _ in log.held] == ["one", "two"]
    assert "number" not in log.held[0][1]
    await incoming.revoked("one", "a", [{**ENTRY, "not_before": 2.0}])
    assert len(log.held) == 3


@pytest.mark.parametrize("entry", [{}, {**ENTRY, "kind": "nonsense"}, {**ENTRY, "parts": []}])
async def test_what_is_no_revocation_is_a_breach_and_nothing_is_written(entry: Any) -> None:
    log = Log()
    with pytest.raises(Fault) as caught:
        await Incoming(log.append, Desk()).revoked("one", "a", [ENTRY, entry])
    assert caught.value.code == "feed.broken"
    assert log.held == []


async def test_a_report_is_taken_once_in_each_boot_of_a_node() -> None:
    desk = Desk()
    incoming = Incoming(Log().append, desk)
    for boot, sequence in (("x", 1), ("x", 2), ("x", 1), ("x", 2), ("y", 1), ("x", 3)):
        await incoming.report("one", "a", boot, sequence, {})
    assert [one[2:4] for one in desk.taken] == [("x", 1), ("x", 2), ("y", 1), ("x", 3)]


async def test_a_report_that_could_not_be_kept_may_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(*_: object) -> None:
        raise OSError(28, "full")

    desk = Desk()
    incoming = Incoming(Log().append, desk)
    with monkeypatch.context() as patched:
        patched.setattr(desk, "take", full)
        with pytest.raises(OSError, match="full"):
            await incoming.report("one", "a", "x", 1, {})
    await incoming.report("one", "a", "x", 1, {})
    assert len(desk.taken) == 1


@pytest.mark.parametrize(
    "more", [{"parts": ["p"] * 5}, {"who": "w" * 9000}, {"parts": ["i", "s" * 9000]}]
)
async def test_a_revocation_that_is_too_long_is_a_breach(more: dict[str, Any]) -> None:
    log = Log()
    with pytest.raises(Fault):
        await Incoming(log.append, Desk()).revoked("one", "a", [{**ENTRY, **more}])
    assert log.held == []


async def test_a_node_cannot_revoke_without_end_and_others_go_on() -> None:
    log = Log()
    incoming = Incoming(log.append, Desk(), now=lambda: 0.0)

    async def flood() -> None:
        for n in range(100):
            batch = [{**ENTRY, "parts": ["https://a", f"{n}-{m}"]} for m in range(500)]
            await incoming.revoked("one", "a", batch)

    with pytest.raises(Fault) as caught:
        await flood()
    assert "more than a node is believed" in (caught.value.cause or "")
    assert len(log.held) == 20_000
    await incoming.revoked("one", "b", [ENTRY])
    await incoming.revoked("two", "a", [ENTRY])
    assert len(log.held) == 20_002


async def test_a_node_of_another_plane_with_the_same_id_is_another_node() -> None:
    desk = Desk()
    incoming = Incoming(Log().append, desk)
    await incoming.report("one", "a", "x", 1000, {})
    await incoming.report("two", "a", "x", 1, {})
    assert len(desk.taken) == 2


class Told:
    def __init__(self) -> None:
        self.entries: list[Mapping[str, Any]] = []

    def take(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries += entries


async def test_traces_beyond_what_a_node_may_tell_are_passed_over_and_it_stays() -> None:
    now, told = 0.0, Told()
    incoming = Incoming(Log().append, Desk(), told, now=lambda: now)
    for _ in range(10):
        incoming.traces("one", "a", [{}] * 300)
    assert 900 <= len(told.entries) <= 1000
    now += 60.0
    incoming.traces("one", "a", [{}] * 100)
    incoming.traces("one", "b", [{}] * 100)
    assert len(told.entries) in {1100, 1200}
    Incoming(Log().append, Desk()).traces("one", "a", [{}])  # nobody wants any
