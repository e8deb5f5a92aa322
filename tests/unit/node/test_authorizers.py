import asyncio
import os
import signal
from pathlib import Path

import pytest

from gatepost.node.authorizers import Authorizer, Authorizers, Binding
from gatepost.plugin import Revocation
from gatepost.values import Fault, Tag

pytestmark = pytest.mark.anyio

SECRET = b"s" * 32


def revocation(number: int) -> Revocation:
    return Revocation(number, Tag.token(f"token {number}"), 1.0)


class Pool(Authorizers):
    """One real authorizer process, with revocations that a test adds to."""

    def __init__(self, directory: Path) -> None:
        self.known: list[Revocation] = [revocation(1)]
        self.binding = Binding()
        self.socket = directory / "a.sock"
        self.open_while_told: list[bool] = []
        self.one = Authorizer(
            "authorizer 0", self.socket, desk=directory / "desk.sock", secret=SECRET,
            environment={"PATH": os.environ["PATH"]}, group=None,
            binding=lambda: self.binding,
            revocations_since=self._since,
        )  # fmt: skip
        super().__init__([self.one])

    def _since(self, number: int) -> list[Revocation]:
        self.open_while_told.append(self.socket.exists())
        return [one for one in self.known if one.number > number]

    async def highest(self) -> int:
        text = await self.one.metrics()
        line = next(
            one for one in text.splitlines() if "authorizer_revocations" in one and one[0] != "#"
        )
        return int(line.split()[1])


async def back(pool: Pool) -> None:
    async with asyncio.timeout(15):
        while not pool.up:  # noqa: ASYNC110 - nobody sets an event for it
            await asyncio.sleep(0.02)


async def test_one_comes_up_with_all_revocations_and_takes_new_ones(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    await pool.begin()
    try:
        assert pool.up == 1
        assert await pool.highest() == 1
        pool.known.append(revocation(2))
        await pool.take([revocation(2)])
        assert await pool.highest() == 2
    finally:
        await pool.stop()
    assert pool.up == 0


async def test_nobody_can_ask_one_that_does_not_know_everything_yet(tmp_path: Path) -> None:
    """A process that listens and knows no plan would answer 503 where another can judge."""
    pool = Pool(tmp_path)
    await pool.begin()
    try:
        assert pool.open_while_told == [False, False, False]
        assert (tmp_path / "a.sock").is_socket()
        assert pool.one.process.pid is not None
        os.kill(pool.one.process.pid, signal.SIGKILL)
        async with asyncio.timeout(15):
            while pool.one.process.restarts < 1 or not pool.up:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        assert pool.open_while_told == [False] * 6
        assert (tmp_path / "a.sock").is_socket()
        assert await pool.highest() == 1
    finally:
        await pool.stop()


async def test_one_that_does_not_answer_is_replaced_before_a_revocation_counts(
    tmp_path: Path,
) -> None:
    pool = Pool(tmp_path)
    await pool.begin()
    try:
        old = pool.one.process.pid
        assert old is not None
        os.kill(old, signal.SIGSTOP)
        pool.known.append(revocation(2))
        await pool.take([revocation(2)])
        with pytest.raises(ProcessLookupError):
            os.kill(old, 0)
        await back(pool)
        assert await pool.highest() == 2
    finally:
        await pool.stop()


async def test_one_that_hangs_is_found_by_watching(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    await pool.begin()
    watching = asyncio.create_task(pool.watch(every=0.05, patience=0.2))
    try:
        old = pool.one.process.pid
        assert old is not None
        os.kill(old, signal.SIGSTOP)
        async with asyncio.timeout(15):
            while pool.one.process.restarts < 1 or not pool.up:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        assert pool.one.process.pid != old
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await pool.stop()


async def test_plans_that_cannot_be_bound_are_refused_by_name(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    await pool.begin()
    try:
        with pytest.raises(Fault) as caught:
            await pool.bind(Binding({"0" * 64: "{}"}), frozenset())
        assert caught.value.code == "process.refused"
        assert pool.up == 1
    finally:
        await pool.stop()
