"""The budgets of speed: what each piece of work may cost, and whether it did."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.case import BASELINE
from bench.sample import Summary


@dataclass(frozen=True, slots=True)
class Verdict:
    """One budget. measured, allowed: in ``unit``. None measured: that part did not run."""

    work: str
    unit: str
    measured: float | None
    allowed: float

    @property
    def within(self) -> bool:
        return self.measured is not None and self.measured <= self.allowed

    @property
    def words(self) -> str:
        """Say it as the table does."""
        if self.measured is None:
            return "not measured"
        if self.within:
            return "within budget"
        return f"over by {(self.measured / self.allowed - 1) * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class _Ratio:
    work: str
    case: str
    over: str
    allowed: float


@dataclass(frozen=True, slots=True)
class _Time:
    work: str
    case: str
    allowed: float


RATIOS = (
    _Ratio("remembered decision, over the baseline", "gatepost-remembered", BASELINE, 1.35),
    _Ratio(
        "remembered decision, over auth_request + proxy_cache",
        "gatepost-remembered",
        "nginx-auth-request",
        1.0,
    ),
    _Ratio("session, over a remembered JWT", "gatepost-session", "gatepost-jwt", 1.1),
    _Ratio("route without plugins, over the baseline", "gatepost-plain", BASELINE, 1.2),
    _Ratio("10,000 routes, over 10", "gatepost-routes", "gatepost-few", 1.2),
    _Ratio("many tokens and routes, over 10", "gatepost-tokens", "gatepost-few", 1.2),
)
TIMES = (
    _Time("first sight of a JWT", "gatepost-jwt-cold", 150.0),
    _Time("introspection at each request", "gatepost-introspection", 150.0),
)
CHANGE_SECONDS = 1.0


def verdicts(
    summaries: Mapping[str, Summary],
    ratios: Mapping[tuple[str, str], float],
    change_seconds: float | None,
) -> list[Verdict]:
    """Return one verdict for each budget.

    ratios: medians of the ratios within rounds, by (case, reference). change_seconds: the slowest
    change of configuration that was seen.
    """
    found = [
        Verdict(one.work, "×", ratios.get((one.case, one.over)), one.allowed) for one in RATIOS
    ]
    for time in TIMES:
        summary = summaries.get(time.case)
        cpu = summary.cpu.median if summary else None
        found.append(Verdict(time.work, "µs", cpu, time.allowed))
    found.append(
        Verdict("configuration change at 10,000 routes", "s", change_seconds, CHANGE_SECONDS)
    )
    return found
