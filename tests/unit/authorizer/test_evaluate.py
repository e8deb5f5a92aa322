import asyncio
from dataclasses import replace

import pytest

from gatepost.authorizer import judge
from gatepost.plugin import Context, Forward, Refusal
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
