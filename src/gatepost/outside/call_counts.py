"""How many calls to providers one process made, how they ended, and how long they took."""

from collections import defaultdict
from collections.abc import Iterator

from gatepost.outside.samples import Sample

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of provider calls, in seconds."""


class CallCounts:
    """Counters; ``Calls`` tells them of each call."""

    __slots__ = ("_calls", "_durations", "_sums")

    def __init__(self) -> None:
        self._calls: dict[tuple[str, str], int] = defaultdict(int)
        self._durations: dict[str, list[int]] = {}
        self._sums: dict[str, float] = defaultdict(float)

    def call(self, purpose: str, result: str, seconds: float) -> None:
        """Count a call to a provider."""
        self._calls[purpose, result] += 1
        self._sums[purpose] += seconds
        buckets = self._durations.setdefault(purpose, [0] * (len(EDGES) + 1))
        for index, edge in enumerate(EDGES):
            if seconds <= edge:
                buckets[index] += 1
        buckets[-1] += 1

    def samples(self) -> Iterator[Sample]:
        """Yield every sample: name, labels, value."""
        for (purpose, result), number in self._calls.items():
            labels = {"purpose": purpose, "result": result}
            yield "gatepost_provider_calls_total", labels, number
        for purpose, buckets in self._durations.items():
            name = "gatepost_provider_call_seconds"
            for edge, number in zip((*map(str, EDGES), "+Inf"), buckets, strict=True):
                yield f"{name}_bucket", {"purpose": purpose, "le": edge}, number
            yield f"{name}_sum", {"purpose": purpose}, self._sums[purpose]
            yield f"{name}_count", {"purpose": purpose}, buckets[-1]
