"""One evaluation with its deadline; what ``/ask`` and ``gatepost explain`` both use."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Mapping
from functools import partial
from typing import Any

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.chain import unavailable
from gatepost.plugin.evaluate import Evaluation, evaluate
from gatepost.plugin.memory import Memory
from gatepost.plugin.plan import Plan
from gatepost.plugin.recorder import Sources
from gatepost.plugin.request import Context
from gatepost.plugin.trace import Trace


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
    running = evaluate(plan, keyed, context, sources, trace=trace)
    try:
        # Most evaluations find every fact kept and never wait: those need no timer.
        waits_for = running.send(None)
    except StopIteration as done:
        found: Evaluation = done.value
        return found
    try:
        async with asyncio.timeout(plan.deadline):
            return await _Rest(running, waits_for)
    except TimeoutError:
        trace.add("too late", {"deadline": plan.deadline})
        verdict = unavailable("authorizer.timeout")
        memory = Memory(refused_space=True, reasons=("there was no decision in time",))
        return Evaluation(verdict.decision, verdict, memory, trace)


class _Rest:
    """What is left of a coroutine that was begun by hand and now waits."""

    def __init__(self, running: Coroutine[Any, Any, Evaluation], waits_for: object) -> None:
        self._running = running
        self._waits_for = waits_for

    def __await__(self) -> Generator[object, Any, Evaluation]:
        waits_for = self._waits_for
        while True:
            try:
                heard = yield waits_for
            except BaseException as error:
                step: Callable[[], object] = partial(self._running.throw, error)
            else:
                step = partial(self._running.send, heard)
            try:
                waits_for = step()
            except StopIteration as done:
                found: Evaluation = done.value
                return found
