"""One case under load, seen from inside: for ``bench/profile``, which says how to call it."""

import collections
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import probe, provider, scale, upstream
from bench.load import BadRunError
from bench.peers import gatepost
from bench.processes import DidNotStartError, cpu_of, tree
from bench.rounds import Bench, one
from bench.tokens import Signer
from bench.world import World

SECONDS = 4
LARGE = "gatepost-routes"
SPY = Path(".bench/profile/bin/py-spy")
_TOP = 25


def main(name: str) -> int:
    """Profile one case; 1 when it cannot be."""
    directory = Path(tempfile.mkdtemp(prefix="gatepost-profile-"))
    directory.chmod(0o755)
    os.environ["GATEPOST_TRACE_LOG"] = str(directory / "traces")
    try:
        with World(directory) as world:
            return _profile(world, name)
    except (BadRunError, DidNotStartError) as error:
        print(f"profile: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _profile(world: World, name: str) -> int:
    signer = Signer()
    up, idp = upstream.start(world), provider.start(world, signer)
    bench = Bench(world, up, idp, SECONDS)
    if name == LARGE:
        print("starting a node with 10,000 routes")
        node = gatepost.large(world, 10_000, 10_000)
        title = "10,000 routes, 10,000 tokens"
        offered = [gatepost.many(node, LARGE, title, tokens=10_000, routes=10_000)]
        scale.fill(bench, offered[0], print)
    else:
        node = gatepost.small(world)
        offered = gatepost.cases(world, node, signer)
    cases = {case.name: case for case in offered}
    if name not in cases:
        print(f"profile: a case is one of: {', '.join([*cases, LARGE])}", file=sys.stderr)
        return 1
    case = cases[name]
    if name != LARGE:
        probe.look(case, case.pool.first() if case.pool else None)
    one(bench, case, 0)
    before = {pid: cpu_of(pid) for pid in tree(node.process.pid)}
    sample = one(bench, case, 1)
    print(f"{case.title}: {sample.cpu:.1f} µs of CPU for each request, {sample.rate:,.0f} a second")
    for pid in tree(node.process.pid):
        spent = (cpu_of(pid) - before.get(pid, 0.0)) / sample.requests * 1e6
        print(f"  {spent:8.1f} µs  {_role(pid)}")
    if case.pool is not None:
        case.pool.reserve(case.name, 100_000)  # made before the profilers look, not while they do
    for role, look in (("nginx: worker", _perf), ("gatepost.authorizer", _spy)):
        pid = next(pid for pid in tree(node.process.pid) if role in _role(pid))
        watcher = look(pid, world.directory)
        if watcher is not None:
            one(bench, case, 2)
            watcher.wait(60)
            print(f"\n{role}, own time")
            print("\n".join(_shown(role, world.directory)))
    traces = Path(os.environ["GATEPOST_TRACE_LOG"]).read_text().splitlines()
    print("\nwhat the trace compiler gave up, how often")
    given_up = [line for line in traces if " -- " in line or " stitch " in line]
    for line, times in collections.Counter(given_up).most_common(_TOP):
        print(f"  {times:4}  {line}")
    return 0


def _perf(pid: int, directory: Path) -> "subprocess.Popen[bytes] | None":
    if shutil.which("perf") is None:
        print("\nperf is not here: no view of nginx's worker")
        return None
    words = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-p", str(pid)]
    words += ["-o", str(directory / "perf.data"), "--", "sleep", str(SECONDS - 1)]
    return _started(words)


def _spy(pid: int, directory: Path) -> "subprocess.Popen[bytes] | None":
    if not SPY.exists():
        print("\npy-spy is not here: no view of the authorizer")
        return None
    words = [str(SPY), "record", "--rate", "500", "--duration", str(SECONDS - 1)]
    words += ["--format", "raw", "--output", str(directory / "spy.txt"), "--pid", str(pid)]
    return _started(words)


def _started(words: list[str]) -> "subprocess.Popen[bytes]":
    watcher = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.2)
    return watcher


def _shown(role: str, directory: Path) -> Iterator[str]:
    if role.startswith("nginx"):
        for by in ("dso", "symbol"):
            words = ["perf", "report", "-i", str(directory / "perf.data"), "--stdio", "-g", "none"]
            words += ["--no-children", "--sort", by, "--percent-limit", "0.7"]
            found = subprocess.run(words, capture_output=True, text=True, check=False).stdout
            yield from (line for line in found.splitlines() if line.strip() and line[0] != "#")
            yield ""
        return
    if not (directory / "spy.txt").exists():
        yield "  py-spy could not look (it needs the right to trace processes)"
        return
    own, whole = folded((directory / "spy.txt").read_text())
    total = sum(own.values()) or 1
    yield from (f"  {100 * n / total:5.1f} %  {frame}" for frame, n in own.most_common(_TOP))
    yield "\nand with all that was called"
    yield from (f"  {100 * n / total:5.1f} %  {frame}" for frame, n in whole.most_common(2 * _TOP))


def folded(text: str) -> "tuple[collections.Counter[str], collections.Counter[str]]":
    """Read ``frame;frame;frame count`` lines; return the counts of last frames and of all."""
    own: collections.Counter[str] = collections.Counter()
    whole: collections.Counter[str] = collections.Counter()
    for line in text.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        own[frames[-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    return own, whole


def _role(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()
    except OSError:
        return "gone"
    shown = [word.rpartition("/")[2] for word in words[:4]]
    return " ".join(shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
