"""An evaluation told as plain values, with secrets masked: what ``explain`` shows and traces keep.

Nothing is judged here, and nothing of the request is told but what was read of it.
"""

import time
from collections.abc import Iterator
from typing import Any

from gatepost.plugin.chain import IDENTITY_HEADERS, identity_values
from gatepost.plugin.decision import KEEP, Forward
from gatepost.plugin.evaluate import Evaluation
from gatepost.plugin.masks import Masks
from gatepost.plugin.memory import Memory
from gatepost.plugin.plan import Plan
from gatepost.plugin.trace import Step

Told = dict[str, Any]
_SHOWN_WHOLE = 60
"""Characters of a tag's part up to which it is shown whole."""


def told(evaluation: Evaluation, masks: Masks, now: float) -> Told:
    """Return steps, read, claims and memory.

    masks: learns the tokens that were come by. now: wall seconds.
    """
    _learn(evaluation, masks)
    return {
        "steps": [
            {
                "at_ms": step.at,
                "what": masks.text(step.what),
                **_details(step, masks),
            }
            for step in evaluation.trace.steps
        ],
        "read": [{"what": what, "in_key": in_key} for what, in_key in evaluation.reads.items()],
        "claims": claims(evaluation, masks),
        "memory": memory(evaluation.memory, now),
    }


def claims(evaluation: Evaluation, masks: Masks) -> list[Told]:
    """Return who was found: for each proof its method, issuer, subject and claims by source."""
    proofs = evaluation.verdict.proofs if evaluation.verdict else ()
    return [
        {
            "method": proof.method,
            "issuer": proof.issuer,
            "subject": proof.subject,
            "claims": {
                source: {name: masks.claim(name, value) for name, value in sorted(found.items())}
                for source, found in proof.claims.items()
            },
        }
        for proof in proofs
    ]


def memory(kept: Memory, now: float) -> Told:
    """Return for how long a decision is remembered and what ends that, or why it is not."""
    remembered = not kept.reasons
    return {
        "remembered": remembered,
        "seconds": round(max(0.0, kept.until - now), 1) if remembered else 0,
        "until": _moment(kept.until) if remembered else None,
        "credential_ends": _moment(kept.ends) if kept.ends is not None else None,
        "space": "refusals" if kept.refused_space else "accepted",
        "tags": [" ".join((tag.kind.value, *map(_shortened, tag.parts))) for tag in kept.tags],
        "why_not": list(kept.reasons),
    }


def edits(decision: Forward, masks: Masks) -> list[list[str | None]]:
    """Return what is changed for the upstream, as names and values; a value of None removes."""
    return list(_edits(decision, masks))


def plugins(plan: Plan) -> list[str]:
    """Return the plugins of a plan in the order in which they run."""
    return [f"{link.name} (priority {link.priority})" for link in plan.chain.links]


def _details(step: Step, masks: Masks) -> Told:
    """Return a step's details; what a claim holds (``has``) is shown as the claim itself is."""
    shown = {key: masks.value(value) for key, value in step.details.items()}
    if "has" in shown:
        for name in str(step.details.get("claim")).replace(" or ", ".").split("."):
            shown["has"] = masks.claim(name, shown["has"])
    return shown


def _learn(evaluation: Evaluation, masks: Masks) -> None:
    """Let the masks know every token that a proof holds, or that goes upstream in its place."""
    decision = evaluation.decision
    if isinstance(decision, Forward) and decision.edits.authorization not in {None, KEEP}:
        masks.add(str(decision.edits.authorization))
    for proof in evaluation.verdict.proofs if evaluation.verdict else ():
        masks.add(proof.access_token or "")
        for detail in proof.details.values():
            if isinstance(detail, str):
                masks.add(detail)


def _edits(decision: Forward, masks: Masks) -> Iterator[list[str | None]]:
    changes, consumer = decision.edits, decision.consumer
    if changes.authorization is None:
        yield ["Authorization", None]
    elif isinstance(changes.authorization, str):
        yield ["Authorization", masks.header("Authorization", changes.authorization)]
    for name, value in changes.headers:
        yield [name, None if value is None else masks.header(name, value)]
    for name, value in zip(IDENTITY_HEADERS, identity_values(consumer), strict=True):
        if value is not None:
            yield [name, masks.text(value)]
    for name in changes.remove_args:
        yield [f"(query argument {name})", None]
    for name in changes.remove_cookies:
        yield [f"(cookie {name})", None]


def _shortened(part: str) -> str:
    return part if len(part) < _SHOWN_WHOLE else part[:12] + "…"


def _moment(instant: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(instant))
