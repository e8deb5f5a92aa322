"""``gatepost demo``: what it prints works, and a port in use is told."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatepost.cli.demo_processes import PORTS
from tests.integration.shell import ROOT, Shell, Typed
from tests.integration.world import Process

pytestmark = [pytest.mark.integration, pytest.mark.slow]

# What the answers of the printed commands are, in their order: item by item, those of curl -i.
PROMISED = {
    "1": [200],
    "2": [401, 200],
    "3": [200, 401],
    "4": [200, 401],
    "8": [201, 201, 200],
    "9": [201, 401, 200],
    "11": [200, 201, 401],
}


def taken() -> list[int]:
    found = []
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                found.append(port)
    return found


def begun(*arguments: str) -> Process:
    """Start the demo and wait until it has printed everything."""
    if taken():
        pytest.skip(f"somebody else has the demo's ports: {taken()}")
    command = [sys.executable, "-P", "-m", "gatepost", "demo", *arguments]
    demo = Process("demo", command, {**os.environ})
    deadline = time.monotonic() + 90
    while "Ctrl-C here" not in demo.output:
        assert demo.popen.poll() is None, demo.output
        assert time.monotonic() < deadline, demo.output
        time.sleep(0.05)
    return demo


def printed(output: str) -> dict[str, list[str]]:
    """Return the commands that were printed, by the number of their item."""
    items: dict[str, list[str]] = {}
    number, lines = "", list[str]()
    for line in output.partition("Try, in another terminal:")[2].splitlines():
        if item := re.match(r" +(\d+)\. ", line):
            number = item[1]
        lines = items.setdefault(number, [])
        if re.match(r" {5}(curl|until) | {5}[A-Z]+=\$\(| {5}\S+ revoke ", line):
            lines.append(line.strip())
        elif lines and lines[-1].endswith("\\"):
            lines[-1] += "\n" + line
    return {number: lines for number, lines in items.items() if lines}


def test_the_commands_that_the_demo_prints_do_what_it_says_when_pasted_in_order() -> None:
    demo = begun()
    try:
        items = printed(demo.output)
        with Shell() as shell:
            typed = {number: [shell.run(line) for line in items[number]] for number in items}
        answers = {
            number: [status for one in some for status in one.statuses]
            for number, some in typed.items()
        }
        assert {number: found for number, found in answers.items() if found} == PROMISED
        assert all(" -s " in one.command or one.shown.strip() for one in followed(typed))
        assert "revoked: token" in typed["4"][2].shown
        told = {name.lower(): text for name, text in typed["2"][1].json()["headers"].items()}
        assert told["authorization"].startswith("Bearer ey")
        assert told["issuer-header"] == "http://127.0.0.1:8180/oauth2/default"
        (node,) = typed["10"][0].json()["data"]
        assert (node["connected"], node["in_sync"], node["sync_status"]) == (True, True, "normal")
        reached = typed["11"][2].json()["nodes"]
        assert reached == {"connected": 1, "applied": 1, "missing": []}

        second = subprocess.run(
            [sys.executable, "-P", "-m", "gatepost", "demo"],
            capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        )  # fmt: skip
        assert second.returncode == 2
        assert "Port 8180 is in use" in second.stderr
    finally:
        status = demo.stop(signal.SIGINT, patience=30)
    assert status == 0, demo.output
    assert taken() == []
    assert "ERROR" not in demo.output


def followed(typed: dict[str, list[Typed]]) -> list[Typed]:
    """Return what was typed and must show something."""
    return [one for some in typed.values() for one in some if one.command.startswith("curl -i")]


def test_nothing_of_a_demo_that_is_killed_stays_but_what_was_made_in_a_directory_of_its_own(
    tmp_path: Path,
) -> None:
    kept = ("--prefix", str(tmp_path / "kept"))
    make = "curl -i localhost:8001/services --data name=mine --data url=http://127.0.0.1:8280"
    demo = begun(*kept)
    with Shell() as shell:
        assert shell.run(make).statuses == [201]
    demo.stop(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while taken():
        assert time.monotonic() < deadline, taken()
        time.sleep(0.1)
    demo = begun(*kept)
    try:
        with Shell() as shell:
            assert shell.run("curl -i localhost:8001/services/mine").statuses == [200]
            assert shell.run("curl -i localhost:8000/open/get").statuses == [200]
    finally:
        assert demo.stop(signal.SIGTERM, patience=30) == 0
