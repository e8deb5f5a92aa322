import asyncio
from dataclasses import replace

import pytest

from gatepost.plugin import Context, Forward, Refusal, judge
from gatepost.plugin.testkit import World, plan_for
from tests.unit.plugin.policies import Doing

pytestmark = pytest.mark.anyio


async def test_an_evaluation_within_its_deadline() -> None:
    found = await judge(plan_for((Doing(lambda *_: None), {})), {}, Context(), World().sources)
    assert isinstance(found.decision, Forward)


async def test_an_evaluation_that_takes_too_long_is_503_and_not_remembered() -> None:
    async def slow(*_: object) -> None:
        await asyncio.sleep(10)

    plan = replace(plan_for((Doing(slow), {})), deadline=0.05)
    found = await judge(plan, {}, Context(), World().sources)
    assert isinstance(found.decision, Refusal)
    assert (found.decision.status, found.decision.code) == (503, "authorizer.timeout")
    assert found.memory.until == 0


async def test_the_deadline_holds_over_several_waits() -> None:
    async def slow(*_: object) -> None:
        for _number in range(1000):
            await asyncio.sleep(0.01)

    plan = replace(plan_for((Doing(slow), {})), deadline=0.05)
    found = await judge(plan, {}, Context(), World().sources)
    assert isinstance(found.decision, Refusal)
    assert found.decision.code == "authorizer.timeout"


async def test_who_waits_and_is_in_time_gets_the_decision() -> None:
    async def waits(*_: object) -> None:
        await asyncio.sleep(0.001)
        await asyncio.sleep(0)

    found = await judge(plan_for((Doing(waits), {})), {}, Context(), World().sources)
    assert isinstance(found.decision, Forward)


async def test_a_cancelled_question_cancels_what_it_waits_for() -> None:
    cancelled = asyncio.Event()

    async def slow(*_: object) -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    asked = asyncio.create_task(judge(plan_for((Doing(slow), {})), {}, Context(), World().sources))
    await asyncio.sleep(0.01)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert cancelled.is_set()


async def test_an_evaluation_that_never_waits_starts_no_timer() -> None:
    loop, started = asyncio.get_running_loop(), []
    original = loop.call_at

    def noting(*given: object, **more: object) -> asyncio.TimerHandle:
        started.append(given)
        return original(*given, **more)  # type: ignore[arg-type]

    loop.call_at = noting  # type: ignore[method-assign]
    try:
        await judge(plan_for((Doing(lambda *_: None), {})), {}, Context(), World().sources)
    finally:
        loop.call_at = original  # type: ignore[method-assign]
    assert not started
