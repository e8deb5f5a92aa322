"""The numbers of one authorizer, in the text form that Prometheus reads.

Every name and label is fixed by the program; nothing of a request becomes a label.
"""

from collections import defaultdict
from collections.abc import Iterator

from gatepost.plugin import Facts

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of provider calls, in seconds."""

Sample = tuple[str, dict[str, str], float]


class Counts:
    """Counters of questions and calls."""

    __slots__ = ("_calls", "_durations", "_questions", "_sums", "malformed")

    def __init__(self) -> None:
        self._questions: dict[str, int] = defaultdict(int)
        self._calls: dict[tuple[str, str], int] = defaultdict(int)
        self._durations: dict[str, list[int]] = {}
        self._sums: dict[str, float] = defaultdict(float)
        self.malformed = 0

    def question(self, outcome: str) -> None:
        """Count an answered question: forward, refusal, reply, body or unavailable."""
        self._questions[outcome] += 1

    def call(self, purpose: str, result: str, seconds: float) -> None:
        """Count a call to a provider."""
        self._calls[purpose, result] += 1
        self._sums[purpose] += seconds
        buckets = self._durations.setdefault(purpose, [0] * (len(EDGES) + 1))
        for index, edge in enumerate(EDGES):
            if seconds <= edge:
                buckets[index] += 1
        buckets[-1] += 1

    def samples(self, facts: Facts, *, plans: int, revocations: int) -> Iterator[Sample]:
        """Yield every sample: name, labels, value."""
        for outcome, number in self._questions.items():
            yield "gatepost_authorizer_questions_total", {"outcome": outcome}, number
        yield "gatepost_authorizer_malformed_total", {}, self.malformed
        for (purpose, result), number in self._calls.items():
            labels = {"purpose": purpose, "result": result}
            yield "gatepost_provider_calls_total", labels, number
        for purpose, buckets in self._durations.items():
            name = "gatepost_provider_call_seconds"
            for edge, number in zip((*map(str, EDGES), "+Inf"), buckets, strict=True):
                yield f"{name}_bucket", {"purpose": purpose, "le": edge}, number
            yield f"{name}_sum", {"purpose": purpose}, self._sums[purpose]
            yield f"{name}_count", {"purpose": purpose}, buckets[-1]
        counts = facts.counts
        for event in ("hits", "misses", "shared", "stale", "throttled", "evictions"):
            yield "gatepost_facts_total", {"event": event}, getattr(counts, event)
        yield "gatepost_facts_bytes", {}, facts.bytes
        yield "gatepost_facts_kept", {}, len(facts)
        yield "gatepost_authorizer_plans", {}, plans
        yield "gatepost_authorizer_revocations", {}, revocations

    def text(self, facts: Facts, *, plans: int, revocations: int) -> str:
        """Return all samples as Prometheus text (exposition format 0.0.4)."""
        lines, seen = [], set()
        for name, labels, value in self.samples(facts, plans=plans, revocations=revocations):
            family = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
            if family not in seen:
                seen.add(family)
                kind = "counter" if name.endswith("_total") else "gauge"
                lines.append(f"# TYPE {family} {'histogram' if family != name else kind}")
            shown = ",".join(f'{key}="{held}"' for key, held in labels.items())
            lines.append(f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}")
        return "\n".join(lines) + "\n"
