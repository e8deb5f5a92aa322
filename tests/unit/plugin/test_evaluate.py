import logging

import pytest

from gatepost.plugin import Attribute, Context, Forward, Refusal, evaluate
from gatepost.plugin.testkit import World, plan_for
from tests.unit.plugin.policies import Doing

pytestmark = pytest.mark.anyio


async def test_an_evaluation_tells_what_was_read() -> None:
    attribute = Attribute("header", "a")
    plan = plan_for(
        (Doing(lambda r, _: (r.header("a"), r.path(), None)[2], attributes=(attribute,)), {})
    )
    found = await evaluate(plan, {attribute: ()}, Context(), World().sources)
    assert isinstance(found.decision, Forward)
    assert found.reads == {"header:a": True, "path": False}


async def test_a_surprise_is_logged_with_its_place_and_the_request_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("canary")

    with caplog.at_level(logging.ERROR):
        found = await evaluate(plan_for((Doing(fail), {})), {}, Context(id="id-7"), World().sources)
    assert isinstance(found.decision, Refusal)
    assert (found.decision.status, found.decision.code) == (503, "authorizer.error")
    assert "id-7" in caplog.text
    assert "policies.py" in caplog.text
    assert "canary" not in caplog.text


async def test_cancellation_is_no_surprise() -> None:
    import asyncio

    def cancel(*_: object) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await evaluate(plan_for((Doing(cancel), {})), {}, Context(), World().sources)
