import asyncio
from typing import Any

import pytest

from gatepost.feed.messages import Kept, Message, Report
from gatepost.node.reporting import Reporting
from tests.providers.cluster import until

pytestmark = pytest.mark.anyio


class Line:
    def __init__(self) -> None:
        self.up = True
        self.sent: list[int] = []

    async def send(self, message: Message) -> bool:
        assert isinstance(message, Report)
        if self.up:
            self.sent.append(message.sequence)
        return self.up


async def nothing() -> dict[str, Any] | None:
    return None


def kept(sequence: int) -> Kept:
    return Kept(what="report", sequence=sequence)


async def test_reports_are_made_and_numbered_and_nothing_is_no_report() -> None:
    made = iter([{"a": 1}, None, {"a": 2}])

    async def make() -> dict[str, Any] | None:
        return next(made)

    line = Line()
    reporting = Reporting(make, line.send, every=0.01)
    running = asyncio.create_task(reporting.run())
    await until(lambda: line.sent == [1, 2], "both are sent")
    running.cancel()


async def test_what_was_not_acknowledged_is_sent_again_and_the_oldest_are_dropped() -> None:
    line = Line()
    line.up = False
    reporting = Reporting(nothing, line.send, every=100.0, held=5)
    running = asyncio.create_task(reporting.run())
    for number in range(8):
        reporting.add({"number": number})
    await asyncio.sleep(0.05)
    assert (line.sent, reporting.waiting) == ([], 5)
    line.up = True
    reporting.began()
    await until(lambda: line.sent == [4, 5, 6, 7, 8], "they are sent")
    reporting.kept(kept(6))
    assert reporting.waiting == 2
    line.sent.clear()
    reporting.began()
    await until(lambda: line.sent == [7, 8], "the rest is sent again")
    running.cancel()


async def test_not_all_are_on_their_way_at_once() -> None:
    line = Line()
    reporting = Reporting(nothing, line.send, every=100.0)
    running = asyncio.create_task(reporting.run())
    for number in range(40):
        reporting.add({"number": number})
    await until(lambda: len(line.sent) == 16, "some are sent")
    await asyncio.sleep(0.05)
    assert len(line.sent) == 16
    reporting.kept(kept(10))
    await until(lambda: len(line.sent) == 26, "more are sent")
    running.cancel()


async def test_one_that_is_too_long_and_one_that_fails_end_nothing() -> None:
    async def make() -> dict[str, Any] | None:
        raise RuntimeError("a bug")

    line = Line()
    reporting = Reporting(make, line.send, every=0.01)
    running = asyncio.create_task(reporting.run())
    reporting.add({"a": "x" * 2**20})
    reporting.add({"a": 1})
    await until(lambda: line.sent == [1], "the next is sent")
    await asyncio.sleep(0.05)
    assert not running.done()
    running.cancel()
