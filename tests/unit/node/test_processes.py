import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import pytest

from gatepost.node.child import BackOff, Child
from gatepost.node.processes import Supervised
from gatepost.values import By, Fault

pytestmark = pytest.mark.anyio


async def sleeper() -> Child:
    code = "import time; time.sleep(60)"
    return await Child.start("sleeper", [sys.executable, "-c", code], environment={})


async def quitter() -> Child:
    return await Child.start("quitter", [sys.executable, "-c", "exit(3)"], environment={})


def supervised(
    start: Callable[[], Awaitable[Child]] = sleeper,
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> Supervised:
    async def ready() -> None:
        one.up = True

    one = Supervised("child", start, prepare or ready, death=signal.SIGTERM, grace=2.0)
    one._back_off = BackOff(first=0.01)
    return one


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - nobody sets an event for it
            await asyncio.sleep(0.01)


async def test_a_process_that_ends_is_started_again() -> None:
    one = supervised()
    await one.begin()
    assert one.up
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: one.restarts == 1 and one.up)
    assert one.pid not in {None, first}
    await one.stop()
    assert one.pid is None
    assert not one.up


async def test_replacing_waits_until_the_old_one_is_gone() -> None:
    one = supervised()
    await one.begin()
    first = one.pid
    assert first is not None
    await one.replace("a test")
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    await until(lambda: one.up)
    await one.stop()


async def test_one_that_ends_while_it_starts_is_an_error_at_the_beginning() -> None:
    async def never() -> None:
        await asyncio.sleep(60)

    one = supervised(quitter, never)
    with pytest.raises(ChildProcessError, match="ended with 3 while starting"):
        await one.begin()
    await one.stop()


async def test_one_that_cannot_be_prepared_later_is_tried_again() -> None:
    attempts = 0

    async def prepare() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 2:
            raise Fault("process.silent", "It is silent.", by=By.OURS)
        one.up = True

    one = supervised(prepare=prepare)
    await one.begin()
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    await until(lambda: attempts == 3 and one.up)
    await one.stop()


async def test_stopping_during_the_pause_starts_nothing_again() -> None:
    one = supervised()
    one._back_off = BackOff(first=30)
    await one.begin()
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    await until(lambda: not one.up)
    await asyncio.wait_for(one.stop(), 5)
    assert one.restarts == 0
