"""``python -m bench.control_plane``: see the package; prints JSON, as it comes."""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.control_plane import measures
from bench.control_plane.declared import configuration, entities
from bench.control_plane.plane import Plane
from bench.processes import machine_busy
from bench.world import World

PARTS = ("apply", "push", "fan-out", "storm", "telemetry")


def main(arguments: Sequence[str]) -> int:
    """Run; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.control_plane", description=__doc__)
    parser.add_argument("--routes", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=200, help="light ones, in one process")
    parser.add_argument("--changes", type=int, default=20, help="live on a real node")
    parser.add_argument("--results", type=Path, default=Path("bench/results/control-plane.json"))
    parser.add_argument("--parts", default=",".join(PARTS), help="of " + ", ".join(PARTS))
    given = parser.parse_args(arguments)
    parts = given.parts.split(",")
    found: dict[str, Any] = {"machine": machine.describe()}
    directory = Path(tempfile.mkdtemp(prefix="gatepost-bench-"))
    directory.chmod(0o755)
    try:
        with World(directory) as world:
            _measure(world, given, parts, found)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    given.results.parent.mkdir(parents=True, exist_ok=True)
    given.results.write_text(json.dumps(found, indent=1) + "\n")
    return 0


def _measure(
    world: World, given: argparse.Namespace, parts: Sequence[str], found: dict[str, Any]
) -> None:
    def tell(name: str, value: Any) -> None:
        found[name] = value
        print(f"{name}: {json.dumps(_short(value))}", flush=True)

    plane = Plane(world)
    tell("control plane READY", plane.start())
    file = world.directory / "kong.yaml"
    upstream, issuer = "http://127.0.0.1:1", "http://127.0.0.1:1/issuer"
    file.write_text(configuration(given.routes, upstream=upstream, issuer=issuer))
    with _beside(found, "apply"):
        wall, theirs, ours = plane.apply(file)
    tell("apply", {"entities": entities(given.routes), "bytes": file.stat().st_size,
                   "wall": wall, "control plane CPU": theirs, "command CPU": ours})  # fmt: skip
    wall, theirs, ours = plane.apply(file)
    tell("apply again", {"wall": wall, "control plane CPU": theirs, "command CPU": ours})
    version = 1
    if "push" in parts:
        there = measures.node(world, plane)
        tell("node READY", there.started)
        with _beside(found, "push"):
            tell("push", measures.pushes(plane, there, given.changes))
        version += given.changes
        tell("memory", measures.memory(plane, there))
        there.process.stop()
    if not {"fan-out", "storm", "telemetry"} & set(parts):
        return
    before = plane.cpu()
    fleet = measures.Fleet(world, plane, given.nodes)
    said = fleet.arrived(version)
    tell("enrolment", {"nodes": given.nodes, "wall": fleet.joined,
                       "control plane CPU": plane.cpu() - before, **said})  # fmt: skip
    time.sleep(3)
    if "fan-out" in parts:
        with _beside(found, "fan-out"):
            tell("fan-out", measures.fan_out(plane, fleet, 10, version))
        version += 10
    tell("memory with the crowd", measures.memory(plane, None))
    if "storm" in parts:
        with _beside(found, "storm"):
            tell("storm", measures.storm(plane, fleet, version))
        tell("memory after the storm", measures.memory(plane, None))
    if "telemetry" in parts:
        with _beside(found, "telemetry"):
            tell("telemetry", measures.telemetry(plane, fleet, 60))
        tell("memory with telemetry", measures.memory(plane, None))


@contextlib.contextmanager
def _beside(found: dict[str, Any], name: str) -> Any:
    """Note the machine's load, and what share of it was busy, while something is measured."""
    began, busy = time.monotonic(), machine_busy()
    yield
    share = (machine_busy() - busy) / (time.monotonic() - began) / len(os.sched_getaffinity(0))
    found[f"machine during {name}"] = {"busy": round(share, 2), "load": os.getloadavg()[0]}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
