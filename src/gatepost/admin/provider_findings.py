"""Providers that fail, as nodes counted it and as it was seen from here. Nobody is asked anew."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatepost.admin.certificate_findings import days
from gatepost.admin.charts import Interval, Wanted
from gatepost.admin.findings import Finding, Level, short
from gatepost.admin.issuers import Told
from gatepost.values.plain_text import plain

LATELY = 900
"""Seconds that count."""

CALLS = Wanted("provider", Interval(LATELY, 60), ("purpose", "result"))
"""The chart that ``of_calls`` reads."""

_ANSWERED = {"1xx", "2xx", "3xx", "4xx"}
_DO = "See whether the provider is up and can be reached from the nodes; `gatepost doctor` tells."


def of_calls(chart: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each purpose whose calls failed; to be refused is no failure."""
    calls: dict[str, float] = {}
    failed: dict[str, dict[str, float]] = {}
    for line in chart["lines"]:
        purpose, result = line["labels"]["purpose"], line["labels"]["result"]
        number = line["total"]["n"]
        calls[purpose] = calls.get(purpose, 0) + number
        if result not in _ANSWERED and number:
            failed.setdefault(purpose, {})[result] = number
    for purpose, results in sorted(failed.items()):
        number = sum(results.values())
        how = ", ".join(plain(one, 60) for one in sorted(results, key=lambda one: -results[one]))
        says = (
            f"{number:g} of {calls[purpose]:g} calls to providers ({short(purpose) or 'unnamed'}) "
            f"failed in the last 15 minutes: {how}."
        )
        level: Level = "problem" if number * 2 > calls[purpose] else "warning"
        yield Finding("provider.fails", level, says, _DO, "telemetry", None, purpose)


def of_issuers(known: Iterable[Told], now: float) -> Iterator[Finding]:
    """Yield issuers that could not be asked from here, lately."""
    for one in known:
        age = now - one.at
        if one.problem is not None and age <= LATELY:
            why = plain(one.problem, 300).removesuffix(".")
            says = f"{short(one.issuer)} could not be asked from here, {days(age)} ago: {why}."
            do = "See whether its name is right and it can be reached; nodes ask for themselves."
            yield Finding("issuer.fails", "warning", says, do, "issuers", one.id, one.issuer)
