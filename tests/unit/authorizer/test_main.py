"""The process, as the agent starts it."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

SECRET = "00" * 32


class Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("authorizer", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(str(self._path))


def health(path: Path) -> dict[str, object]:
    connection = Unix(path)
    try:
        connection.request("GET", "/health")
        answer: dict[str, object] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()


def start(path: Path, *more: str, stdin: str = SECRET) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost.authorizer", "--socket", str(path), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(stdin + "\n")
    process.stdin.close()
    process.stdin = None
    return process


def until_up(path: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(200):
        try:
            health(path)
            return
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
    raise AssertionError("it did not come up")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.sock"


def test_it_answers_and_ends_cleanly_at_sigterm(path: Path) -> None:
    process = start(path)
    until_up(path, process)
    assert health(path)["pid"] == process.pid
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_stale_socket_is_replaced_and_a_live_one_is_not(path: Path) -> None:
    first = start(path)
    until_up(path, first)
    second = start(path)
    assert second.wait(10) != 0
    assert health(path)["pid"] == first.pid
    second.communicate()
    first.kill()
    first.communicate()
    third = start(path)
    until_up(path, third)
    assert health(path)["pid"] == third.pid
    third.terminate()
    third.communicate(timeout=5)


@pytest.mark.parametrize("stdin", ["", "zz", "0011"])
def test_without_a_secret_it_does_not_start(path: Path, stdin: str) -> None:
    process = start(path, stdin=stdin)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "stdin must hold the secret" in err


def test_it_does_not_outlive_its_parent(path: Path) -> None:
    code = (
        "import os, subprocess, sys, time;"
        "p = subprocess.Popen([sys.executable, '-m', 'gatepost.authorizer', '--socket',"
        " sys.argv[1], '--parent-death', str(os.getpid())], stdin=subprocess.PIPE, text=True);"
        f"p.stdin.write('{SECRET}\\n'); p.stdin.close(); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(path)])
    try:
        until_up(path, parent)  # type: ignore[arg-type]
        child = health(path)["pid"]
        assert isinstance(child, int)
    finally:
        parent.kill()
        parent.wait()
    for _ in range(100):
        if not _alive(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("it lives on")


def test_a_parent_that_is_already_gone_is_noticed(path: Path) -> None:
    process = start(path, "--parent-death", "1" if os.getpid() != 1 else "2")
    _, err = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "already gone" in err


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
