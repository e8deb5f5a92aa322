"""Whether a decision may be remembered, until when, under what, and why not.

Everything is worked out from what was recorded; no plugin says it. The rules and their sources are
those of ARCHITECTURE.md, "remembering"; each has a test.
"""

from dataclasses import dataclass

import msgspec

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.chain import Verdict
from gatepost.plugin.decision import Forward, Refusal
from gatepost.plugin.recorder import Recorder
from gatepost.plugin.request import Context, Request
from gatepost.values import Reply, Tag

_OWN_ANSWER = frozenset({"location", "set-cookie", "set-cookie2"})
_AUTHORIZATION = Attribute("header", "authorization")
_LASTING = frozenset({400, 401, 403, 404, 405, 413})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds a decision is remembered at most: one that forwards, and one that refuses."""

    remember: float = 300.0
    refusal: float = 10.0


class Memory(msgspec.Struct, frozen=True):
    """until: wall seconds, 0 for this request only. ends: wall seconds when the credential ends.

    refused_space: it lives among the refusals, which are bounded apart. reasons: why it is for
    this request only, in words; empty exactly when it may be remembered.
    """

    until: float = 0.0
    ends: float | None = None
    tags: tuple[Tag, ...] = ()
    refused_space: bool = False
    reasons: tuple[str, ...] = ()


def memory_of(
    verdict: Verdict,
    request: Request,
    context: Context,
    recorder: Recorder,
    *,
    limits: Limits,
    never: tuple[str, ...],
    now: float,
) -> Memory:
    """Apply the rules to one judged request. never: the plan's own reasons. now: wall seconds."""
    decision = verdict.decision
    reasons = [*never, *recorder.reasons]
    reasons += [f"it read {what}, which lies outside the key" for what in request.outside]
    if recorder.clock.raw:
        reasons.append("it used the raw time")
    reasons += _of_decision(verdict)
    reasons += _of_binding(verdict, request, context)
    refused = verdict.rejected or not isinstance(decision, Forward)
    longest = limits.refusal if refused else limits.remember
    ends = decision.ends if isinstance(decision, Forward) else None
    until = min(now + longest, recorder.until, recorder.clock.deadline)
    if ends is not None and ends < until:
        until = ends
    if until <= now and not reasons:
        reasons.append("it holds no longer than now")
    return Memory(
        until=0.0 if reasons else until,
        ends=ends,
        tags=recorder.tags,
        refused_space=refused,
        reasons=tuple(dict.fromkeys(reasons)) if reasons else (),
    )


def _of_decision(verdict: Verdict) -> list[str]:
    decision = verdict.decision
    if isinstance(decision, Reply):
        return ["it is an answer in full"]
    if isinstance(decision, Refusal):
        if not verdict.follows or decision.status not in _LASTING:
            return ["the refusal does not follow from credential and configuration alone"]
        headers = decision.headers
    else:
        headers = decision.edits.response_headers
        if decision.edits.body is not None:
            return ["it changes the body"]
    if not headers:
        return []
    own = sorted({name.lower() for name, _ in headers} & _OWN_ANSWER)
    return [f"it answers with {name}" for name in own]


def _of_binding(verdict: Verdict, request: Request, context: Context) -> list[str]:
    """Return why a sender-constrained credential is for one request only (RFC 9449)."""
    for name, value in context.headers:
        size = len(name)
        if size == 4 and name.lower() == "dpop":
            return ["the request holds a DPoP proof"]
        if size == 13 and value[:5].lower() == "dpop " and name.lower() == "authorization":
            return ["the credential has the DPoP scheme"]
    for value in request.keyed(_AUTHORIZATION):
        if value[:5].lower() == "dpop ":
            return ["the credential has the DPoP scheme"]
    for proof in verdict.proofs:
        for claims in proof.claims.values():
            binding = claims.get("cnf")
            if isinstance(binding, dict) and "jkt" in binding:
                return ["the token is bound to a DPoP key"]
    return []
