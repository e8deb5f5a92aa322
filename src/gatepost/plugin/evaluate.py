"""Judge one request under one plan: run the chain, and work out what may be remembered.

A decision holds only if nothing that it rested on was revoked, and no comparison with the time
flipped, while providers were asked; otherwise the request is judged anew.
"""

import logging
import traceback
from collections.abc import Mapping

import msgspec

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.chain import Verdict, unavailable
from gatepost.plugin.decision import Decision, Refusal
from gatepost.plugin.event import Event
from gatepost.plugin.memory import Memory, memory_of
from gatepost.plugin.plan import Plan
from gatepost.plugin.recorder import Recorder, Sources
from gatepost.plugin.request import BodyNeeded, Context, Request
from gatepost.plugin.trace import Trace
from gatepost.values import Reply

_ROUNDS = 3
_log = logging.getLogger("gatepost.plugin")


class Evaluation(msgspec.Struct, frozen=True):
    """What came out. decision: None when the body is needed first.

    reads: what was read, and whether it lies in the key. events: for the audit log.
    """

    decision: Decision | None
    verdict: Verdict | None
    memory: Memory
    trace: Trace
    reads: Mapping[str, bool] = msgspec.field(default_factory=dict)
    events: tuple[Event, ...] = ()


async def evaluate(
    plan: Plan,
    keyed: Mapping[Attribute, tuple[str, ...]],
    context: Context,
    sources: Sources,
    *,
    trace: Trace | None = None,
) -> Evaluation:
    """Return the evaluation. Every surprise is a 503; nothing but cancellation is raised."""
    trace = Trace(on=False) if trace is None else trace
    done: tuple[Event, ...] = ()
    for _ in range(_ROUNDS):
        request, recorder = Request(keyed, context), Recorder(sources, trace)
        try:
            verdict = await plan.chain.run(request, recorder)
        except BodyNeeded:
            wanted = Memory(reasons=("the body is needed first",))
            return Evaluation(None, None, wanted, trace, request.reads)
        except Exception as error:
            return _surprise(error, context, request, recorder)
        now = sources.wall()
        if _stands(verdict, recorder, now):
            memory = memory_of(
                verdict,
                request,
                context,
                recorder,
                limits=plan.limits,
                never=plan.never,
                now=now,
            )
            events = tuple(recorder.events)
            return Evaluation(verdict.decision, verdict, memory, trace, request.reads, events)
        done = _done(recorder)
        if recorder.acted:  # what was done must not be done again
            break
        trace.add("judged anew: something changed meanwhile", {})
    return _without(unavailable("authorizer.unsettled"), trace, "it did not settle", events=done)


def _stands(verdict: Verdict, recorder: Recorder, now: float) -> bool:
    """Return whether no moment passed and no revocation came that speaks against the verdict.

    An answer of its own gives nobody access; what it hands out is judged when it comes back.
    """
    if isinstance(verdict.decision, Reply):
        return True
    if recorder.clock.deadline <= now:
        return False
    if isinstance(verdict.decision, Refusal):
        return True
    return not recorder.revoked(told_counts=not verdict.rejected)


def _done(recorder: Recorder) -> tuple[Event, ...]:
    """Return what was told by a round that did something: that stays done, whatever is answered."""
    return tuple(recorder.events) if recorder.acted else ()


def _surprise(
    error: Exception, context: Context, request: Request, recorder: Recorder
) -> Evaluation:
    """Refuse, and log where it happened without anything that the error says: it may quote."""
    where = " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    _log.error("request %s: %s at %s", context.id, type(error).__name__, where)
    trace = recorder.trace
    trace.add("surprise", {"error": type(error).__name__, "where": where})
    verdict, why = unavailable("authorizer.error"), "an error of ours"
    return _without(verdict, trace, why, reads=request.reads, events=_done(recorder))


def _without(
    verdict: Verdict,
    trace: Trace,
    why: str,
    *,
    reads: Mapping[str, bool] | None = None,
    events: tuple[Event, ...] = (),
) -> Evaluation:
    memory = Memory(refused_space=True, reasons=(why,))
    return Evaluation(verdict.decision, verdict, memory, trace, reads or {}, events)
