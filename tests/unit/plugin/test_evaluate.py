import logging

import pytest

from gatepost.plugin import (
    Attribute,
    Context,
    Forward,
    Proof,
    Refusal,
    Request,
    Runtime,
    evaluate,
)
from gatepost.plugin.testkit import World, ask, plan_for
from gatepost.values import Reply
from tests.unit.plugin.policies import Doing, Methods

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


async def test_what_was_done_is_not_done_again_when_something_changed_meanwhile() -> None:
    world, acts = World(), []

    async def act(request: Request, runtime: Runtime) -> Proof:
        acts.append(await runtime.claim("a", 10))
        return only_look(request, runtime)

    def only_look(request: Request, runtime: Runtime) -> Proof:
        acts.append(True)
        runtime.clock.past(world.wall + 1)
        world.jump(2)
        return Proof("m")

    for doing, times in ((act, 2), (only_look, 3)):
        acts.clear()
        found = await ask(Methods(doing), {}, world=world)
        assert isinstance(found.decision, Refusal)
        assert found.decision.code == "authorizer.unsettled"
        assert len(acts) == times


async def test_events_of_what_was_done_are_handed_on_whatever_is_answered() -> None:
    world = World()

    async def act(_: Request, runtime: Runtime) -> Proof:
        runtime.clock.past(world.wall + 1)
        await runtime.claim("a", 10)
        runtime.tell("session.ended")
        world.jump(2)
        return Proof("m")

    async def act_and_fail(_: Request, runtime: Runtime) -> Proof:
        await runtime.claim("b", 10)
        runtime.tell("session.ended")
        raise KeyError("a surprise")

    def tell_alone(_: Request, runtime: Runtime) -> Proof:
        runtime.tell("login.begun")
        raise KeyError("a surprise")

    for doing, code, names in (
        (act, "authorizer.unsettled", ["session.ended"]),
        (act_and_fail, "authorizer.error", ["session.ended"]),
        (tell_alone, "authorizer.error", []),
    ):
        found = await ask(Methods(doing), {}, world=world)
        assert isinstance(found.decision, Refusal)
        assert (found.decision.code, [event.name for event in found.events]) == (code, names)


async def test_events_of_the_final_round_are_handed_on() -> None:
    def prove(_: Request, runtime: Runtime) -> Reply:
        runtime.tell("login.started")
        return Reply(302)

    found = await ask(Methods(prove), {})
    assert [event.name for event in found.events] == ["login.started"]
