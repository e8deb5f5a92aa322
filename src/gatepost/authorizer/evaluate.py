"""One evaluation with its deadline; what ``/ask`` and ``gatepost explain`` both use."""

import asyncio
from collections.abc import Mapping

from gatepost.plugin import (
    Attribute,
    Context,
    Evaluation,
    Memory,
    Plan,
    Sources,
    Trace,
    evaluate,
    unavailable,
)


async def judge(
    plan: Plan,
    keyed: Mapping[Attribute, tuple[str, ...]],
    context: Context,
    sources: Sources,
    *,
    trace: Trace | None = None,
) -> Evaluation:
    """Return the evaluation within the plan's deadline; after it, a 503 that is not remembered."""
    trace = Trace(on=False) if trace is None else trace
    try:
        async with asyncio.timeout(plan.deadline):
            return await evaluate(plan, keyed, context, sources, trace=trace)
    except TimeoutError:
        trace.add("too late", {"deadline": plan.deadline})
        verdict = unavailable("authorizer.timeout")
        memory = Memory(refused_space=True, reasons=("there was no decision in time",))
        return Evaluation(verdict.decision, verdict, memory, trace)
