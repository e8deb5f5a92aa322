"""The numbers of one authorizer.

Every name and label is fixed by the program; nothing of a request becomes a label.
"""

from collections import defaultdict
from collections.abc import Iterator

from gatepost.authorizer.audit import Audit
from gatepost.outside import CallCounts, Sample, as_text
from gatepost.plugin import Facts


class Counts:
    """Counters of questions; ``calls`` has those of calls to providers, ``audit`` of events."""

    __slots__ = ("_questions", "audit", "calls", "malformed")

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self._questions: dict[str, int] = defaultdict(int)
        self.calls = CallCounts()
        self.malformed = 0

    def question(self, outcome: str) -> None:
        """Count an answered question: forward, refusal, reply, body or unavailable."""
        self._questions[outcome] += 1

    def samples(self, facts: Facts, *, plans: int, revocations: int) -> Iterator[Sample]:
        """Yield every sample: name, labels, value."""
        for outcome, number in self._questions.items():
            yield "gatepost_authorizer_questions_total", {"outcome": outcome}, number
        yield "gatepost_authorizer_malformed_total", {}, self.malformed
        yield from self.calls.samples()
        yield from self.audit.samples()
        counts = facts.counts
        for event in ("hits", "misses", "shared", "stale", "throttled", "evictions"):
            yield "gatepost_facts_total", {"event": event}, getattr(counts, event)
        yield "gatepost_facts_bytes", {}, facts.bytes
        yield "gatepost_facts_kept", {}, len(facts)
        yield "gatepost_authorizer_plans", {}, plans
        yield "gatepost_authorizer_revocations", {}, revocations

    def text(self, facts: Facts, *, plans: int, revocations: int) -> str:
        """Return all samples as Prometheus text."""
        return as_text(self.samples(facts, plans=plans, revocations=revocations))
