"""``python -m bench.console``: how long a page of the console takes with a large configuration.

A control plane with 10,000 routes on 1,000 services, a hundred light nodes that follow it, the
console, and Debian's Chromium. Of each page: seconds until everything on it is there, from a fresh
tab, median and worst of some visits; and CPU of the console and of the control plane for one.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from bench import machine
from bench.control_plane import measures
from bench.control_plane.declared import configuration, entities
from bench.control_plane.plane import GATEPOST, Plane
from bench.processes import cpu_of, free_port
from bench.world import World
from gatepost.console.page import found

PATHS = [page.path for page in found() if page.icon]
CHROMIUM = "/usr/bin/chromium"
SETTLED = (
    "() => document.querySelector('.gp-main') && "
    "!document.querySelector('.gp-live[aria-busy=true]')"
)


def main(arguments: Sequence[str]) -> int:
    """Run; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.console", description=__doc__)
    parser.add_argument("--routes", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=100, help="light ones, in one process")
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--results", type=Path, default=Path("bench/results/console.json"))
    given = parser.parse_args(arguments)
    directory = Path(tempfile.mkdtemp(prefix="gatepost-bench-"))
    directory.chmod(0o755)
    try:
        with World(directory) as world:
            results = _measure(world, given)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    given.results.parent.mkdir(parents=True, exist_ok=True)
    given.results.write_text(json.dumps(results, indent=1) + "\n")
    return 0


def _measure(world: World, given: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {"machine": machine.describe()}

    def tell(name: str, value: Any) -> None:
        results[name] = value
        print(f"{name}: {json.dumps(value)}", flush=True)

    plane = Plane(world)
    plane.start()
    file = world.directory / "kong.yaml"
    nowhere = "http://127.0.0.1:1"
    file.write_text(configuration(given.routes, upstream=nowhere, issuer=f"{nowhere}/issuer"))
    plane.apply(file)
    tell("entities", entities(given.routes))
    fleet = measures.Fleet(world, plane, given.nodes)
    fleet.arrived(1)
    tell("nodes", given.nodes)
    port = free_port()
    words: list[str | Path] = [GATEPOST, "console", "--admin", plane.url]
    words += ["--listen", f"127.0.0.1:{port}", "--prefix", world.directory / "console"]
    console = world.start("console", words)
    console.wait_for_line("READY", 60)
    url = f"http://127.0.0.1:{port}"
    tell("pages", asyncio.run(_visits(url, plane, console.pid, given.visits)))
    return results


async def _visits(url: str, plane: Plane, console: int, visits: int) -> dict[str, Any]:
    took_by: dict[str, Any] = {}
    one = plane.call("GET", "/routes?size=1")["data"][0]
    entity = (f"/routes/{one['id']}", f"/gateway-services/{one['service']['id']}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        await _visit(browser, url + "/")  # the first asks for the files that the others keep
        for path in (*PATHS, *entity):
            before = cpu_of(console), plane.cpu()
            took = [await _visit(browser, url + path) for _ in range(visits)]
            used = cpu_of(console) - before[0], plane.cpu() - before[1]
            name = path if path in PATHS else path.rpartition("/")[0] + "/…"
            took_by[name] = {
                "median": round(statistics.median(took), 2),
                "worst": round(max(took), 2),
                "console CPU": round(used[0] / visits, 3),
                "control plane CPU": round(used[1] / visits, 3),
            }
        await browser.close()
    return took_by


async def _visit(browser: Browser, url: str) -> float:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = await context.new_page()
        began = time.monotonic()
        await page.goto(url)
        await page.wait_for_function(SETTLED)
        return time.monotonic() - began
    finally:
        await context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
