"""What one run of one case gave, and what many of them say together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """One run. cpu: microseconds of all processes of the product for each request.

    rate: requests a second. p50, p99: milliseconds. calls: of the provider for 1,000 requests.
    foreign: the share of the machine's CPU that went to what is no part of the benchmark.
    """

    case: str
    round: int
    requests: int
    cpu: float
    rate: float
    p50: float
    p99: float
    calls: float
    foreign: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of many values, and how far they went."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        found = list(values)
        return cls(median(found), min(found), max(found))


@dataclass(frozen=True, slots=True)
class Summary:
    """All runs of one case. ratio: its CPU over the reference's of the same round."""

    case: str
    runs: int
    cpu: Spread
    ratio: Spread | None
    rate: float
    p50: float
    p99: float
    calls: float


def summarize(
    samples: Sequence[Sample], reference: str, order: Sequence[str]
) -> dict[str, Summary]:
    """Return a summary of each case, in this order.

    Ratios are made within a round, because what else the machine does changes between rounds; a
    case that ran twice in a round counts there with its mean.
    """
    by_case: dict[str, list[Sample]] = {}
    for sample in sorted(samples, key=lambda sample: order.index(sample.case)):
        by_case.setdefault(sample.case, []).append(sample)
    rounds = {case: _by_round(found) for case, found in by_case.items()}
    return {
        case: Summary(
            case=case,
            runs=len(found),
            cpu=Spread.of(sample.cpu for sample in found),
            ratio=ratio(rounds[case], rounds.get(reference, {})),
            rate=median(sample.rate for sample in found),
            p50=median(sample.p50 for sample in found),
            p99=median(sample.p99 for sample in found),
            calls=median(sample.calls for sample in found),
        )
        for case, found in by_case.items()
    }


def ratio(of: Mapping[int, float], over: Mapping[int, float]) -> Spread | None:
    """Return the spread of the ratios of the rounds that have both; None without any."""
    both = [of[number] / over[number] for number in of if over.get(number)]
    return Spread.of(both) if both else None


def cpu_by_round(samples: Sequence[Sample], case: str) -> dict[int, float]:
    """Return the mean CPU of a case in each round."""
    return _by_round([sample for sample in samples if sample.case == case])


def _by_round(samples: Iterable[Sample]) -> dict[int, float]:
    found: dict[int, list[float]] = {}
    for sample in samples:
        found.setdefault(sample.round, []).append(sample.cpu)
    return {number: sum(values) / len(values) for number, values in found.items()}
