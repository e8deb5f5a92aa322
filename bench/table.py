"""The tables that a person reads."""

from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.table import Table

from bench.budget import Verdict
from bench.sample import Summary


def of_cases(title: str, summaries: Iterable[Summary], titles: Mapping[str, str]) -> Table:
    """Return one line for each case."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("case", no_wrap=True)
    columns = ("µs CPU", "× reference", "min–max", "req/s", "p50 ms", "p99 ms", "calls/1000")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for one in summaries:
        ratio = one.ratio
        table.add_row(
            titles[one.case],
            f"{one.cpu.median:.1f}",
            f"{ratio.median:.2f}" if ratio else "–",
            f"{ratio.least:.2f}–{ratio.most:.2f}" if ratio else "–",
            f"{one.rate:,.0f}",
            f"{one.p50:.2f}",
            f"{one.p99:.2f}",
            f"{one.calls:.1f}",
        )
    return table


def of_budgets(verdicts: Sequence[Verdict]) -> Table:
    """Return one line for each budget."""
    table = Table(title="Budgets", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("work", no_wrap=True)
    table.add_column("measured", justify="right")
    table.add_column("allowed", justify="right")
    table.add_column("verdict")
    for one in verdicts:
        measured = "–" if one.measured is None else f"{one.measured:.2f} {one.unit}"
        style = None if one.measured is None else "green" if one.within else "red"
        table.add_row(one.work, measured, f"{one.allowed:g} {one.unit}", one.words, style=style)
    return table
