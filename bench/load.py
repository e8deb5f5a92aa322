"""The load generator: wrk, one thread, and what it reports through wrk/report.lua."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).with_name("wrk")


class BadRunError(RuntimeError):
    """A run in which something else than good answers came back: no number may come of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk saw. seconds: of the run. p50, p99: milliseconds. used: tokens that were sent."""

    requests: int
    seconds: float
    p50: float
    p99: float
    used: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Drive:
    """What is sent. script: ``one`` (the same request), ``many`` (tokens over routes, in an order
    without pattern) or ``cold`` (each request with the next line of a file of
    credentials).

    arguments: of the script.
    """

    path: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    script: str = "one"
    arguments: tuple[str, ...] = ()


def command(
    drive: Drive, port: int, *, seconds: float, connections: int, arguments: Sequence[str] = ()
) -> list[str]:
    """Return the command line of one run. wrk counts whole seconds or whole milliseconds only."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    words += ["--timeout", "10s", "-s", str(SCRIPTS / f"{drive.script}.lua")]
    for name, value in drive.headers:
        words += ["-H", f"{name}: {value}"]
    words += [f"http://127.0.0.1:{port}{drive.path}", "--", *drive.arguments, *arguments]
    return words


def drive_once(
    drive: Drive,
    port: int,
    *,
    seconds: float,
    connections: int = 32,
    arguments: Sequence[str] = (),
) -> Run:
    """Drive a port; raise BadRunError for any answer of 400 or more, and any socket error."""
    words = command(drive, port, seconds=seconds, connections=connections, arguments=arguments)
    finished = subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=seconds + 60
    )
    if finished.returncode != 0:
        raise BadRunError(f"wrk failed: {finished.stderr.strip() or finished.stdout.strip()}")
    return read(finished.stdout)


def read(output: str) -> Run:
    """Read the line that wrk/report.lua prints; raise BadRunError when the run is no measure."""
    lines = [line for line in output.splitlines() if line.startswith("REPORT ")]
    if len(lines) != 1:
        raise BadRunError(f"wrk reported nothing:\n{output.strip()}")
    found = json.loads(lines[0].removeprefix("REPORT "))
    wrong = {name: count for name, count in found["errors"].items() if count}
    if wrong:
        raise BadRunError(f"{found['requests']} requests, and not all were answered well: {wrong}")
    if found["exhausted"]:
        raise BadRunError("the tokens ran out during the run")
    if not found["requests"]:
        raise BadRunError("nothing was answered")
    return Run(
        requests=found["requests"],
        seconds=found["microseconds"] / 1e6,
        p50=found["p50"] / 1e3,
        p99=found["p99"] / 1e3,
        used=found["used"],
    )
