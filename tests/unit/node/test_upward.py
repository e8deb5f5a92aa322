from typing import Any

import pytest

from gatepost.feed.messages import Kept, Message, Wants
from gatepost.node.upward import Upward

pytestmark = pytest.mark.anyio


async def send(_: Message) -> bool:
    return True


async def fetch() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return [], []


async def nothing() -> dict[str, Any] | None:
    return None


def test_traces_are_sent_only_while_a_control_plane_wants_them() -> None:
    upward = Upward(send)
    assert upward.offers == []
    upward.wants(Wants(what=["traces"]))
    upward.trace(fetch, dict)
    assert upward.offers == ["traces"]
    assert upward._tracing is not None
    assert not upward._tracing.wanted
    upward.wants(Wants(what=["something newer", "traces"]))
    assert upward._tracing.wanted
    upward.began()
    assert not upward._tracing.wanted


def test_without_anything_to_send_nothing_runs() -> None:
    upward = Upward(send)
    upward.began()
    upward.kept(Kept(what="report", sequence=1))
    assert (upward.start(), upward.waiting) == ([], 0)


async def test_reports_wait_until_they_are_kept() -> None:
    upward = Upward(send)
    upward.report(nothing, every=60)
    assert upward._reporting is not None
    upward._reporting.add({"rows": []})
    assert upward.waiting == 1
    upward.kept(Kept(what="report", sequence=1))
    assert upward.waiting == 0
