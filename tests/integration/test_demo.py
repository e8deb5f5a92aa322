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

from tests.integration.world import Process

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PORTS = (8180, 8280, 8000, 8443, 8007)


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


def status_of(command: str) -> list[int]:
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
    )
    return [int(found) for found in re.findall(r"HTTP/1\.1 (\d+)", done.stdout)]


@pytest.fixture
def demo() -> Process:
    if taken():
        pytest.skip(f"somebody else has the demo's ports: {taken()}")
    command = [sys.executable, "-P", "-m", "gatepost", "demo"]
    return Process("demo", command, {**os.environ, "PATH": os.environ["PATH"]})


def test_the_commands_that_the_demo_prints_do_what_it_says(demo: Process) -> None:
    try:
        deadline = time.monotonic() + 90
        while "JWT" not in demo.output or "jwt/get" not in demo.output.split("JWT")[-1]:
            assert demo.popen.poll() is None, demo.output
            assert time.monotonic() < deadline, demo.output
            time.sleep(0.1)
        text = demo.output
        lines = [line.strip() for line in text.replace("\\\n", "").splitlines()]
        get = {path: next(x for x in lines if x.startswith("curl -i") and path in x) for path in (
            "/open/get", "/oidcroute/get", "/introspection/get", "/jwt/get")}  # fmt: skip
        assert status_of(get["/open/get"]) == [200]
        assert status_of(get["/oidcroute/get"]) == [401]
        assert status_of(next(x for x in lines if "-u tutorial-jwt:" in x and "oidc" in x)) == [200]
        token = next(x for x in lines if x.startswith("TOKEN="))
        off, on = (next(x for x in lines if word in x) for word in ("/deactivate", "/activate"))
        asked = get["/introspection/get"]
        assert status_of(f"{token}; {asked}; {off}; {asked}; {on}") == [200, 401]
        assert status_of(f"{token}; {asked}") == [200]
        jwt = next(x for x in lines if x.startswith("JWT="))
        revoke = next(x for x in lines if " revoke --token" in x)
        assert status_of(f"{jwt}; {get['/jwt/get']}; {revoke}; {get['/jwt/get']}") == [200, 401]

        second = subprocess.run(
            [sys.executable, "-P", "-m", "gatepost", "demo"],
            capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        )  # fmt: skip
        assert second.returncode == 2
        assert "Port 8180 is in use" in second.stderr
    finally:
        status = demo.stop(signal.SIGINT, patience=30)
    assert status == 0
    assert taken() == []


def test_nothing_of_a_demo_that_is_killed_stays_behind(demo: Process) -> None:
    deadline = time.monotonic() + 90
    while "Everything is up" not in demo.output:
        assert time.monotonic() < deadline, demo.output
        time.sleep(0.1)
    demo.stop(signal.SIGKILL)
    while taken():
        assert time.monotonic() < deadline, taken()
        time.sleep(0.1)
