"""A change of configuration under load: how long until it is seen, and what fails meanwhile."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.load import BadRunError, command, read
from bench.peers.gatepost import Node, many


@dataclass(frozen=True, slots=True)
class Changes:
    """seconds: of each change, from the moment the file was replaced until a request saw it.

    requests: that were answered meanwhile, all of them well.
    """

    seconds: tuple[float, ...]
    requests: int


def changes(node: Node, *, routes: int, number: int, tell: Callable[[str], None]) -> Changes:
    """Add a route at each change, under load. Raises BadRunError when a request fails."""
    configuration = json.loads(node.file.read_text())
    case = many(node, "change", "changes under load", tokens=routes, routes=routes)
    patience = 30
    words = command(case.drive, case.port, seconds=10 * number + patience, connections=8)
    load = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    took = []
    try:
        time.sleep(1)
        for at in range(number):
            tell(f"configuration change {at + 1} of {number} at {routes:,} routes")
            route = {"name": f"new{at}", "paths": [f"/new{at}"]}
            configuration["services"][0]["routes"].append(route)
            replace(node.file, json.dumps(configuration))
            began = time.monotonic()
            while status(node.proxy, f"/new{at}") != 401:  # demanded by the service's plugin
                if time.monotonic() - began > patience or load.poll() is not None:
                    raise BadRunError(
                        f"a change was not seen in {patience} s:\n{node.process.said()}"
                    )
                time.sleep(0.01)
            took.append(time.monotonic() - began)
            time.sleep(1)
    finally:
        load.send_signal(signal.SIGINT)  # wrk ends at once and reports
        output, _ = load.communicate(timeout=patience)
    return Changes(tuple(took), read(output).requests)


def replace(file: Path, text: str) -> None:
    """Put a new file in the place of an old one, in one step."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    os.replace(beside, file)


def status(port: int, path: str) -> int:
    """Return the status of one request without a credential."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            found: int = answer.status
    except urllib.error.HTTPError as error:
        return error.code
    return found
