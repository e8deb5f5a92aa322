import json
from dataclasses import replace
from typing import Any

import pytest

from gatepost.authorizer.tracing import Traces, mark_of
from gatepost.plugin import Attribute, Context, Refusal, Request, Runtime, evaluate
from gatepost.plugin.testkit import World, plan_for
from gatepost.values import Headers
from tests.unit.plugin.policies import Doing

pytestmark = pytest.mark.anyio

SECRET = "opaque-credential-1234"


def context(number: int = 1, mark: str | None = None) -> Context:
    fields = [("authorization", f"Bearer {SECRET}"), ("cookie", f"session={SECRET}-cookie")]
    if mark is not None:
        fields.append(("gatepost-trace", mark))
    return Context(
        id=f"id-{number}", method="GET", scheme="http", host="h", path=f"/x/{SECRET}",
        args=f"code={SECRET}-code", route="r", headers=Headers(fields),
    )  # fmt: skip


def allow(request: Request, runtime: Runtime) -> None:
    request.header("authorization")
    runtime.step("quoted", error=f"it said {SECRET} and code={SECRET}-code")


def deny(request: Request, runtime: Runtime) -> Refusal:
    return Refusal(403, "access.denied", f"not {SECRET}", challenges=(f'Bearer error="{SECRET}"',))


async def judged(traces: Traces, about: Context, does: Any = allow) -> None:
    attribute = Attribute("header", "authorization")
    plan = plan_for((Doing(does, attributes=(attribute,)), {}))
    trace = traces.begin(about)
    keyed = {attribute: (f"Bearer {SECRET}",)}
    found = await evaluate(plan, keyed, about, World().sources, trace=trace)
    if trace is not None:
        traces.keep(plan, about, found)


def taken(traces: Traces) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(traces.take())
    return found


async def test_an_evaluation_is_told_whole_and_without_any_secret() -> None:
    traces = Traces(5)
    await judged(traces, context(mark="mine"))
    await judged(traces, context(2), deny)
    text = traces.take().decode()
    assert SECRET not in text
    allowed, denied = json.loads(text)
    assert (allowed["id"], allowed["outcome"], allowed["mark"]) == ("id-1", "forward", "mine")
    assert (allowed["host"], allowed["path"], allowed["route"]) == ("h", "/x/***", "r")
    assert allowed["detail"]["read"] == [{"what": "header:authorization", "in_key": True}]
    assert allowed["detail"]["memory_of"]["remembered"] is True
    assert (denied["outcome"], denied["status"], denied["code"]) == (
        "refused",
        403,
        "access.denied",
    )
    assert denied["detail"]["challenges"] == ['Bearer error="***"']
    assert taken(traces) == []


async def test_a_flood_makes_no_more_than_the_bound_and_refusals_have_a_share_of_their_own() -> (
    None
):
    now = 100.0
    traces = Traces(5, monotonic=lambda: now)
    for number in range(50):
        await judged(traces, context(number))
    for number in range(50, 100):
        await judged(traces, context(number), deny)
    await judged(traces, context(100, mark="late"))
    found = taken(traces)
    assert [one["outcome"] for one in found] == ["forward"] * 5 + ["refused"] * 5
    assert traces.begin(context()) is None
    now += 1
    await judged(traces, context(101))
    assert len(taken(traces)) == 1


async def test_what_waits_for_the_agent_is_bounded_and_the_oldest_gives_way() -> None:
    now = 0.0
    traces = Traces(1000, monotonic=lambda: now)
    for number in range(300):
        await judged(traces, context(number))
    found = taken(traces)
    assert len(found) == 200
    assert found[-1]["id"] == "id-299"


async def test_a_trace_that_is_too_long_says_what_was_left_out() -> None:
    async def prove(request: Request, runtime: Runtime) -> None:
        for number in range(500):
            runtime.step("long", **{f"detail{one}": "x" * 200 for one in range(20)}, number=number)

    traces = Traces(5)
    await judged(traces, context(), prove)
    data = traces.take()
    assert len(data) < 30_000
    (found,) = json.loads(data)
    assert "steps" in found["detail"]["left_out"]
    assert "memory_of" in found["detail"]


async def test_without_a_rate_nothing_is_traced() -> None:
    assert Traces().begin(context(mark="mine")) is None


@pytest.mark.parametrize("mark", ["", "x" * 65, "a b", "é", "<b>", "a_b"])
def test_what_is_no_mark_marks_nothing(mark: str) -> None:
    assert mark_of(context(mark=mark)) is None
    assert mark_of(context(mark="a-mark-1")) == "a-mark-1"
    twice = Context(headers=Headers([("gatepost-trace", "a"), ("Gatepost-Trace", "b")]))
    assert mark_of(twice) is None


async def test_a_secret_of_the_configuration_is_never_told() -> None:
    def quote(request: Request, runtime: Runtime) -> None:
        runtime.step("failed", cause="the provider said: gateway-client-secret is wrong")

    traces = Traces(5)
    plan = replace(plan_for((Doing(quote), {})), secrets=frozenset({"gateway-client-secret"}))
    trace = traces.begin(context())
    found = await evaluate(plan, {}, context(), World().sources, trace=trace)
    traces.keep(plan, context(), found)
    assert b"the provider said: *** is wrong" in traces.take()
