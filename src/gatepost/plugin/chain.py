"""The chain: all plugins of one plan, run by priority. What many policies share lives here once.

    the first credential found decides; AND and OR across plugins; anonymous; challenges;
    stripping of credentials; the identity headers; who is at fault for a failure

A failure by the client is a 401 or 403. Any other failure is a 503, and never becomes anonymous.
"""

import re
from dataclasses import dataclass, field, replace

from gatepost.plugin.auth_method import Absent, Answer, Proof, Rejected
from gatepost.plugin.decision import (
    KEEP,
    NOBODY,
    ConsumerHeaders,
    Decision,
    Edits,
    Forward,
    Refusal,
)
from gatepost.plugin.plugin import Bound, Failure
from gatepost.plugin.plugin import unavailable as plain_unavailable
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Person, Runtime
from gatepost.plugin.stripping import presented, strip
from gatepost.values import By, Fault, Reply

IDENTITY_HEADERS = (
    "X-Consumer-ID",
    "X-Consumer-Custom-ID",
    "X-Consumer-Username",
    "X-Credential-Identifier",
    "X-Anonymous-Consumer",
    "X-Consumer-Groups",
    "X-Authenticated-Groups",
)
"""The fixed identity headers, in the order in which they travel; no plugin may set them."""

_RESERVED = frozenset(name.lower() for name in IDENTITY_HEADERS)
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OPEN = Forward()
_NOBODY = Bound()
_ABSENT = Rejected("credential.absent", "no credential was presented")


@dataclass(frozen=True, slots=True)
class Link:
    """One plugin instance in a chain: name, priority, instance id, and what it was bound to."""

    name: str
    priority: int
    instance: str
    bound: Bound = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and how it came about.

    label: method or reason, for metrics. rejected: a Forward that passed through a rejected
    credential. follows: whether a Refusal follows from credential and configuration alone.
    unavailable: somebody other than the client failed. proofs: of everybody who was proven, also
    of those who were then forbidden.
    """

    decision: Decision
    label: str
    rejected: bool = False
    follows: bool = True
    unavailable: bool = False
    proofs: tuple[Proof, ...] = ()


@dataclass(slots=True)
class _Progress:
    forward: Forward = _OPEN
    seen: list[Proof] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    rejected: bool = False
    standing_in: Link | None = None
    label: str = "open"
    challenges: list[str] = field(default_factory=list)


class Chain:
    """Bound plugins in order of priority, highest first."""

    __slots__ = ("_begins", "_last_authenticator", "links")

    def __init__(self, links: tuple[Link, ...]) -> None:
        self.links = links
        self._begins = _beginning(links)
        found = [index for index, link in enumerate(links) if link.bound.methods]
        self._last_authenticator = found[-1] if found else -1

    async def run(self, request: Request, runtime: Runtime) -> Verdict:
        """Judge one request. Raises only what no Fault describes (and BodyNeeded)."""
        progress = _Progress(self._begins)
        bound: Bound = _NOBODY
        try:
            for index, link in enumerate(self.links):
                bound = link.bound
                verdict = await self._visit(link, progress, request, runtime)
                if verdict is None and index == self._last_authenticator:
                    verdict = _anonymous(progress, request, runtime)
                if verdict is not None:
                    return replace(verdict, proofs=tuple(progress.seen))
            bound = _NOBODY
            forward, edits = progress.forward, _checked(progress.forward.edits)
            if edits is not forward.edits:
                forward = Forward(edits, forward.consumer, forward.ends)
        except Fault as fault:
            runtime.step("failed", code=fault.code, by=fault.by.value, cause=fault.cause)
            if fault.by is By.CLIENT:  # a credential in a place that it cannot be taken out of
                return _final(Refusal(400, fault.code, fault.message))
            failure = Failure(503, fault.code, fault.message, fault.retry_after)
            return _unavailable(bound.refuse(failure, request, runtime))
        return Verdict(
            forward, progress.label, rejected=progress.rejected, proofs=tuple(progress.seen)
        )

    async def _visit(
        self, link: Link, progress: _Progress, request: Request, runtime: Runtime
    ) -> Verdict | None:
        bound = link.bound
        if bound.cookies and bound.hide_credentials:
            # First of all: nobody takes them from a request that is let through unjudged.
            without = progress.forward.edits.and_(Edits(remove_cookies=bound.cookies))
            progress.forward = replace(progress.forward, edits=without)
        try:
            if await bound.skip(request, runtime):
                runtime.step("skipped", plugin=link.name)
                return None
            if not bound.methods:
                edits = await bound.check(request, runtime, progress.forward)
                if isinstance(edits, Refusal | Reply):
                    runtime.step("refused", plugin=link.name, **_told(edits))
                    return _final(edits)
                merged = progress.forward.edits.and_(edits)
                progress.forward = replace(progress.forward, edits=merged)
                return None
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            runtime.step("refused", plugin=link.name, code=fault.code, reason=fault.message)
            return _final(bound.refuse(Failure(403, fault.code, fault.message), request, runtime))
        if progress.proofs and bound.anonymous is not None:
            runtime.step("stepped aside: somebody is authenticated", plugin=link.name)
            return None
        return await _authenticate(link, progress, request, runtime)


def _beginning(links: tuple[Link, ...]) -> Forward:
    """Return what is done to every request that goes on, unless a plugin does otherwise.

    An identity header that somebody here also reads (a credential may ride in it) is left alone by
    the engine. What the client wrote there must not pass for what the gateway says.
    """
    bounds = [link.bound for link in links]
    read = {
        one.name
        for bound in bounds
        for one in bound.attributes
        if one.kind in ("header", "headers")
    }
    told = dict.fromkeys(name for bound in bounds for name in bound.identity_headers)
    gone = tuple((name, None) for name in told if name.lower() in read)
    return Forward(Edits(headers=gone)) if gone else _OPEN


async def _authenticate(
    link: Link, progress: _Progress, request: Request, runtime: Runtime
) -> Verdict | None:
    bound = link.bound
    answer = await _prove(link, request, runtime)
    if isinstance(answer, Reply):
        runtime.step("answered", plugin=link.name, status=answer.status)
        return _final(answer)
    if isinstance(answer, Proof):
        progress.seen.append(answer)
        try:
            outcome = await bound.admit(answer, request, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            answer = Rejected(fault.code, fault.message, answer.places)
        else:
            if isinstance(outcome, Forward):
                runtime.step("proven", plugin=link.name, method=answer.method)
                _accept(answer, outcome, bound, progress, request)
                return None
            runtime.step("forbidden", plugin=link.name, **_told(outcome))
            no_consumer = isinstance(outcome, Refusal) and outcome.code.startswith("consumer.")
            if bound.anonymous is None or not no_consumer:
                return _final(outcome)
            answer = Rejected("consumer.unknown", "nobody is mapped to it", answer.places)
    failure = _ABSENT if isinstance(answer, Absent) else answer
    runtime.step("rejected", plugin=link.name, code=failure.code, reason=failure.reason)
    if bound.anonymous is None:
        told = Failure(401, failure.code, failure.reason)
        refusal = bound.refuse(told, request, runtime)
        if isinstance(refusal, Refusal):
            every = tuple(dict.fromkeys((*refusal.challenges, *progress.challenges)))
            refusal = replace(refusal, challenges=every)
        return _final(refusal)
    progress.standing_in = link
    progress.challenges += bound.challenges(failure is not _ABSENT)
    if failure is not _ABSENT:
        # What was found bad must not travel on, whoever stands in for its bearer.
        progress.rejected = True
        places = failure.places or presented(bound.attributes, request)
        edits = progress.forward.edits.and_(strip(places, request))
        progress.forward = replace(progress.forward, edits=edits)
    return None


async def _prove(link: Link, request: Request, runtime: Runtime) -> Answer:
    for method in link.bound.methods:
        try:
            answer = await method.prove(request, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            answer = Rejected(fault.code, fault.message)
        if not isinstance(answer, Absent):
            runtime.step("credential found", plugin=link.name, method=method.name)
            return answer
        runtime.step("no credential", plugin=link.name, method=method.name)
    return Absent()


def _accept(
    proof: Proof, outcome: Forward, bound: Bound, progress: _Progress, request: Request
) -> None:
    edits = progress.forward.edits
    if bound.hide_credentials:
        edits = edits.and_(strip(proof.places, request))
    ends = [e for e in (progress.forward.ends, outcome.ends, proof.ends) if e is not None]
    progress.forward = Forward(
        edits=edits.and_(outcome.edits),
        consumer=_merged(progress.forward.consumer, outcome.consumer),
        ends=min(ends) if ends else None,
    )
    progress.proofs.append(proof)
    progress.standing_in = None
    progress.label = proof.method


def _merged(earlier: ConsumerHeaders, later: ConsumerHeaders) -> ConsumerHeaders:
    """Return whom the upstream is told: the later caller whole, never a mixture of two."""
    if later is NOBODY or later == NOBODY:
        return earlier
    named = later.id or later.credential or later.username or later.custom_id
    chosen = later if named else earlier
    groups = later.authenticated_groups or earlier.authenticated_groups
    if not chosen.anonymous and groups == chosen.authenticated_groups:
        return chosen
    return replace(chosen, anonymous=False, authenticated_groups=groups)


def _anonymous(progress: _Progress, request: Request, runtime: Runtime) -> Verdict | None:
    """Let the anonymous consumer stand in when nobody was authenticated."""
    link = progress.standing_in
    if link is None or progress.proofs:
        return None
    wanted = link.bound.anonymous or ""
    person = runtime.consumer("id", wanted) or runtime.consumer("username", wanted)
    if person is None:
        failure = Failure(401, "anonymous.unknown", "no such consumer")
        return _final(link.bound.refuse(failure, request, runtime))
    runtime.step("anonymous", plugin=link.name, consumer=person.id)
    headers = replace(consumer_headers(person), anonymous=True)
    progress.forward = replace(progress.forward, consumer=headers)
    progress.label = "anonymous"
    return None


def consumer_headers(person: Person, credential: str | None = None) -> ConsumerHeaders:
    """Return what the upstream is told about a consumer."""
    return ConsumerHeaders(
        id=person.id,
        custom_id=person.custom_id,
        username=person.username,
        credential=credential,
        consumer_groups=", ".join(person.groups) or None,
    )


def identity_values(consumer: ConsumerHeaders) -> tuple[str | None, ...]:
    """Return the values of IDENTITY_HEADERS, in that order; None removes the header."""
    return (
        consumer.id,
        consumer.custom_id,
        consumer.username,
        consumer.credential,
        "true" if consumer.anonymous else None,
        consumer.consumer_groups,
        consumer.authenticated_groups,
    )


def unavailable(code: str, retry_after: int | None = None) -> Verdict:
    """Return the 503 for a failure that is not the client's."""
    return _unavailable(plain_unavailable(Failure(503, code, "", retry_after)))


def _unavailable(decision: Refusal | Reply) -> Verdict:
    return Verdict(decision, "unavailable", follows=False, unavailable=True)


def _final(decision: Refusal | Reply) -> Verdict:
    if isinstance(decision, Reply):
        return Verdict(decision, "answered")
    return Verdict(decision, decision.code, unavailable=decision.status >= 500)


def _checked(edits: Edits) -> Edits:
    """Fold Authorization into its own field; refuse edits that no plugin may make."""
    authorization, kept = edits.authorization, []
    for name, value in edits.headers:
        if name.lower() in _RESERVED:
            raise Fault("plugin.reserved_header", f"A plugin may not set {name}.", by=By.OURS)
        if name.lower() == "authorization":
            authorization = value
        else:
            kept.append((name, value))
    sent = authorization if isinstance(authorization, str) else None
    for value in (sent, *(one for _, one in kept), *(one for _, one in edits.response_headers)):
        if value is not None and _UNSAFE.search(value):
            code = "plugin.unsafe_header"
            raise Fault(code, "A header value holds control characters.", by=By.OURS)
    if len(kept) == len(edits.headers) and authorization is edits.authorization:
        return edits
    return Edits(
        authorization,
        tuple(kept),
        edits.remove_args,
        edits.remove_cookies,
        edits.body,
        edits.response_headers,
        edits.args,
    )


def _told(outcome: Refusal | Reply) -> dict[str, str | int]:
    if isinstance(outcome, Reply):
        return {"status": outcome.status}
    return {"status": outcome.status, "code": outcome.code}


__all__ = [
    "IDENTITY_HEADERS",
    "KEEP",
    "Chain",
    "Link",
    "Verdict",
    "consumer_headers",
    "unavailable",
]
