"""What is measured, one after another; each returns what it saw."""

import http.client
import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.control_plane.plane import GATEPOST, Plane
from bench.processes import Process, tree
from bench.world import World

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Node:
    """A node that follows the control plane. proxy: its port."""

    process: Process
    proxy: int
    started: float

    def shows(self, path: str) -> float:
        """Return when (monotonic) a path first was anything but 404."""
        deadline = time.monotonic() + PATIENCE
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy, timeout=10)
        try:
            while True:
                connection.request("GET", path)
                reply = connection.getresponse()
                reply.read()
                if reply.status != 404:
                    return time.monotonic()
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{path} is not live:\n{self.process.said()}")
                time.sleep(0.005)
        finally:
            connection.close()


def node(world: World, plane: Plane) -> Node:
    """Start a node and wait until it serves what the control plane has."""
    words: list[str | Path] = [GATEPOST, "node", "--token", plane.token()]
    words += ["--prefix", world.directory / "node" / "prefix", "--workers", "1"]
    words += ["--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0"]
    began = time.monotonic()
    process = world.start("node", words)
    line = process.wait_for_line("READY", PATIENCE)
    proxy = next(word for word in line.split() if word.startswith("proxy="))
    return Node(process, int(proxy.rpartition(":")[2]), time.monotonic() - began)


def pushes(plane: Plane, there: Node, number: int) -> dict[str, Any]:
    """Change one route so many times; tell the seconds from the answer until it is live."""
    took, before = [], (plane.cpu(), there.process.cpu())
    for one in range(number):
        path = f"/push-{one}-"
        answered = plane.rename(f"r{one * 37}", path)
        took.append(there.shows(path) - answered)
        time.sleep(0.5)
    used = plane.cpu() - before[0], there.process.cpu() - before[1]
    return {
        "seconds": took,
        "median": median(took),
        "worst": max(took),
        "control plane CPU each": used[0] / number,
        "node CPU each": used[1] / number,
    }


def memory(plane: Plane, there: Node | None) -> dict[str, dict[str, float]]:
    """Return RSS and PSS in MiB by process."""
    found = {"control plane": sizes(plane.process.pid)}
    for pid in tree(there.process.pid) if there else ():
        found[kind_of(pid)] = sizes(pid)
    return found


def kind_of(pid: int) -> str:
    """Return what a process of a node is."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    for mark in ("nginx: worker", "nginx: master", "authorizer"):
        if mark in words:
            return mark
    return "agent" if " node " in words else f"{words.split()[0]} {pid}"


def sizes(pid: int) -> dict[str, float]:
    """Return resident and proportional set size in MiB (proc(5), smaps_rollup)."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("Rss", "Pss"):
            found[name] = round(int(rest.split()[0]) / 1024, 1)
    return found


class Fleet:
    """The crowd, as a process."""

    def __init__(self, world: World, plane: Plane, size: int) -> None:
        self.size = size
        self.plane = plane
        home = world.directory / "crowd"
        home.mkdir()
        (home / "tokens").write_text("\n".join(plane.token() for _ in range(size)))
        words: list[str | Path] = [GATEPOST.with_name("python"), "-m", "bench.control_plane.crowd"]
        began = time.monotonic()
        self.process = world.start("crowd", [*words, home, f"127.0.0.1:{plane.cluster}"])
        self._read = 0
        self.joined = self._line(lambda said: "joined" in said) and time.monotonic() - began

    def arrived(self, version: int, how: str = "taken") -> dict[str, Any]:
        """Wait until all have a version; return what the crowd said of that."""
        return self._line(lambda said: (said.get("how"), said.get("version")) == (how, version))

    def forget(self) -> None:
        """Pass over what was said until now."""
        self._read = len(self.process.log.read_text().splitlines())

    def _line(self, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            lines = self.process.log.read_text().splitlines(keepends=True)
            for number, line in enumerate(lines[self._read :], self._read):
                if line.startswith("{") and line.endswith("\n"):
                    said: dict[str, Any] = json.loads(line)
                    if good(said):
                        self._read = number + 1
                        return said
            time.sleep(0.01)
        raise RuntimeError(f"the crowd does not say so:\n{self.process.said()}")


def fan_out(plane: Plane, fleet: Fleet, number: int, version: int) -> dict[str, Any]:
    """Change one route so many times; tell how long until the last node has it."""
    took, first, cpu, crowd = [], [], [], []
    for one in range(number):
        before, theirs = plane.cpu(), fleet.process.cpu()
        answered = plane.rename(f"r{one * 41}", f"/fan-{one}-")
        version += 1
        said = fleet.arrived(version)
        took.append(said["last"] - answered)
        first.append(said["first"] - answered)
        time.sleep(1.5)  # what comes after: acknowledgements that are written down
        cpu.append(plane.cpu() - before)
        crowd.append(fleet.process.cpu() - theirs)
    return {
        "seconds": took,
        "median": median(took),
        "worst": max(took),
        "first, median": median(first),
        "control plane CPU each": median(cpu),
        "crowd CPU each": median(crowd),
        "version": version,
    }


def storm(plane: Plane, fleet: Fleet, version: int) -> dict[str, Any]:
    """Kill the control plane and start it again; tell how long until all are in sync."""
    fleet.forget()
    plane.process.tell(signal.SIGKILL)
    time.sleep(15)  # long enough that every node waits as long as it ever does
    began = time.monotonic()
    ready = plane.start()
    said = fleet.arrived(version, "current")
    time.sleep(1)
    return {
        "ready": ready,
        "all in sync after start": said["last"] - began,
        "first": said["first"] - began,
        "control plane CPU": plane.cpu(),
    }


def telemetry(plane: Plane, fleet: Fleet, seconds: float) -> dict[str, Any]:
    """Let all report; tell what that costs the control plane."""
    idle, began, empty = plane.cpu(), time.monotonic(), plane.database()
    time.sleep(10)
    rest = (plane.cpu() - idle) / (time.monotonic() - began)
    fleet.process.tell(signal.SIGUSR1)
    time.sleep(10)
    before, began = plane.cpu(), time.monotonic()
    time.sleep(seconds)
    share = (plane.cpu() - before) / (time.monotonic() - began)
    fleet.process.tell(signal.SIGTERM)
    said = fleet._line(lambda one: "sent" in one)
    return {
        "CPU share without": rest,
        "CPU share with": share,
        "sent": said["sent"],
        "kept": said["kept"],
        "database MiB before": empty / 2**20,
        "database MiB": plane.database() / 2**20,
    }
