"""``python -m bench``: everything side by side, then the tables, latest.json and the chart."""

import contextlib
import dataclasses
import datetime
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console

from bench import budget, machine, options, probe, provider, scale, upstream
from bench.case import BASELINE, Case, MissingError, Offer
from bench.change import Changes, changes
from bench.chart import Bar, draw
from bench.load import BadRunError
from bench.options import Options
from bench.peers import apache, envoy, gatepost, haproxy, nginx
from bench.processes import DidNotStartError
from bench.rounds import Bench, rounds
from bench.sample import Sample, Summary, cpu_by_round, ratio, summarize
from bench.scale import Filled
from bench.table import of_budgets, of_cases
from bench.tokens import Signer
from bench.world import World

BUSY = 0.05
"""Share of the machine's CPU that others may use before the numbers come with a warning."""
SCALE = ("gatepost-few", "gatepost-routes", "gatepost-tokens", "gatepost-changes")


@dataclass
class Measured:
    """Everything that came of a run."""

    titles: dict[str, str] = field(default_factory=dict)
    products: list[Sample] = field(default_factory=list)
    scale: list[Sample] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    filled: Filled | None = None
    changes: Changes | None = None
    started: dict[str, float] = field(default_factory=dict)


def main(arguments: Sequence[str]) -> int:
    """Run; return 0, also when a budget is not kept, and 1 when something could not be measured."""
    wanted = options.read(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    if shutil.which("wrk") is None:
        print("wrk is missing; `make bench` installs it.", file=sys.stderr)
        return 1
    about = machine.describe()
    measured = Measured()
    directory = Path(tempfile.mkdtemp(prefix="gatepost-bench-"))
    directory.chmod(0o755)
    try:
        with console.status("starting") as line, World(directory) as world:
            measure(wanted, world, measured, line.update)
    except (BadRunError, DidNotStartError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    report(wanted, about, measured, console)
    return 0


def measure(wanted: Options, world: World, measured: Measured, tell: Callable[[str], None]) -> None:
    """Fill ``measured``. Raises BadRunError or DidNotStartError."""
    signer = Signer()
    up, idp = upstream.start(world), provider.start(world, signer)
    bench = Bench(world, up, idp, wanted.seconds)
    small: list[gatepost.Node] = []

    def ours() -> list[Case]:
        small.append(gatepost.small(world))
        return gatepost.cases(world, small[0], signer)

    offers: tuple[tuple[str, Offer], ...] = (
        ("nginx", lambda: [*nginx.bare(world), *nginx.forwarding(world)]),
        ("nginx auth_request", lambda: nginx.auth_request(world)),
        ("HAProxy", lambda: haproxy.bare(world)),
        ("Apache", lambda: apache.resource_server(world)),
        ("Envoy", lambda: envoy.proxies(world, signer)),
        ("Gatepost", ours),
    )
    cases: list[Case] = []
    for name, offer in offers:
        tell(f"starting {name}")
        try:
            cases += offer()
        except MissingError as error:
            measured.missing.append(f"{name}: {error}")
    for case in cases:
        measured.titles[case.name] = case.title
        probe.look(case, case.pool.first() if case.pool else None)
    baseline = next(case for case in cases if case.name == BASELINE)
    chosen = [case for case in cases if case is baseline or wanted.wants(case.name)]
    rounds(bench, chosen, 1, tell)  # warm: memories fill, traces compile, pools open
    if not all(case is baseline for case in chosen) or not wanted.only:
        measured.products = rounds(bench, chosen, wanted.rounds, tell)
    measured.started["gatepost, 14 routes"] = small[0].started
    if any(wanted.wants(name) for name in SCALE):
        at_scale(wanted, world, bench, small[0], measured, tell)


def at_scale(
    wanted: Options,
    world: World,
    bench: Bench,
    small: gatepost.Node,
    measured: Measured,
    tell: Callable[[str], None],
) -> None:
    """Measure the large node, beside the small one."""
    tell(f"starting a node with {wanted.routes:,} routes")
    large = gatepost.large(world, wanted.routes, wanted.tokens)
    measured.started[f"gatepost, {wanted.routes:,} routes"] = large.started
    cases = scale.cases(small, large, routes=wanted.routes, tokens=wanted.tokens)
    chosen = [case for case in cases if case.name == "gatepost-few" or wanted.wants(case.name)]
    for case in chosen:
        measured.titles[case.name] = case.title
        measured.filled = scale.fill(bench, case, tell)
    measured.scale = rounds(bench, chosen, wanted.rounds, tell)
    if wanted.wants("gatepost-changes"):
        measured.changes = changes(large, routes=wanted.routes, number=wanted.changes, tell=tell)


def report(wanted: Options, about: dict[str, object], measured: Measured, console: Console) -> None:
    """Print the tables; write latest.json and chart.svg."""
    order = list(measured.titles)
    products = summarize(measured.products, BASELINE, order)
    large = summarize(measured.scale, "gatepost-few", order)
    everything = {**products, **large}
    ratios = {
        (one.case, one.over): spread.median
        for one in budget.RATIOS
        for samples in (measured.products, measured.scale)
        if (spread := ratio(cpu_by_round(samples, one.case), cpu_by_round(samples, one.over)))
    }
    slowest = max(measured.changes.seconds) if measured.changes else None
    verdicts = budget.verdicts(everything, ratios, slowest)
    console.print(f"{about['processor']}, {about['cores']} cores, {about['system']}")
    if products:
        title = "Products (reference: nginx with the same forwarded headers)"
        console.print(of_cases(title, products.values(), measured.titles))
    if large:
        title = "Scale (reference: ten routes and ten tokens)"
        console.print(of_cases(title, large.values(), measured.titles))
    for text in remarks(measured):
        console.print(text)
    console.print(of_budgets(verdicts))
    wanted.results.mkdir(parents=True, exist_ok=True)
    latest = wanted.results / "latest.json"
    found = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": about,
        "rounds": wanted.rounds,
        "seconds": wanted.seconds,
        **dataclasses.asdict(measured),
        "remarks": list(remarks(measured)),
        "summaries": {name: dataclasses.asdict(one) for name, one in everything.items()},
        "budgets": [{**dataclasses.asdict(one), "verdict": one.words} for one in verdicts],
    }
    latest.write_text(json.dumps(found, indent=1) + "\n")
    chart = wanted.results / "chart.svg"
    caption = (
        f"{about['processor']}, {found['date']}; line: least to most of {wanted.rounds} rounds"
    )
    chart.write_text(draw(bars(everything, measured.titles), caption))
    console.print(f"written: {latest}, {chart}")


def remarks(measured: Measured) -> Iterator[str]:
    """Yield what does not fit into a table."""
    shares = [sample.foreign for sample in (*measured.products, *measured.scale)]
    if shares and median(shares) > BUSY:
        share = f"{100 * median(shares):.0f} %"
        yield (
            f"THIS MACHINE WAS BUSY: {share} of its CPU went to something else. Ratios are rough, "
            "and times are too long."
        )
    if measured.filled is not None:
        one = measured.filled
        yield (
            f"{one.tokens:,} tokens were remembered in {one.seconds:.0f} s; the large node holds "
            f"{one.memory / 2**20:.0f} MiB, {one.bytes_each:,.0f} bytes for each token."
        )
    if measured.changes is not None:
        seconds = ", ".join(f"{second:.2f}" for second in measured.changes.seconds)
        yield (
            f"Configuration changes under load were seen after {seconds} s; "
            f"{measured.changes.requests:,} requests meanwhile, none failed."
        )
    for name, took in measured.started.items():
        yield f"READY after {took:.1f} s: {name}."
    for text in measured.missing:
        yield f"Missing here: {text}."


def bars(summaries: dict[str, Summary], titles: dict[str, str]) -> Iterator[Bar]:
    """Yield the bars of the chart."""
    for name, one in summaries.items():
        kind = "baseline" if name == BASELINE else name.partition("-")[0]
        kind = kind if kind in ("baseline", "gatepost") else "peer"
        yield Bar(titles[name], one.cpu.median, one.cpu.least, one.cpu.most, kind)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
