import os
import subprocess
from pathlib import Path

import pytest

from gatepost.cli.demo_processes import (
    Started,
    _await_ready,
    _example,
    _setting,
    _start,
    _stop,
)
from gatepost.node.reading import read_file
from gatepost.values import Fault


def test_a_process_is_started_when_it_is_ready_and_stopped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    echo = _start(["echo", "--listen", "127.0.0.1:0"], "the upstream")
    _await_ready(echo)
    assert echo.process.poll() is None
    _stop([echo])
    assert echo.process.returncode is not None
    told = capsys.readouterr().out
    assert "starting the upstream" in told
    assert "the upstream is up: http://127.0.0.1:" in told


def test_a_process_that_ends_at_once_is_told() -> None:
    one = _start(["version"], "the upstream")
    with pytest.raises(Fault, match="The upstream did not start"):
        _await_ready(one)
    _stop([one])


def test_stopping_takes_those_that_ended_already() -> None:
    process = subprocess.Popen(["true"], stdout=subprocess.PIPE)
    process.wait()
    _stop([Started("it", process)])


def test_the_last_is_stopped_before_the_rest(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    notes = "trap 'echo {0} >> {1}; exit' TERM; echo READY; while :; do sleep 0.02; done"
    started = []
    for name in ("first", "last"):
        command = ["bash", "-c", notes.format(name, ends)]
        one = Started(name, subprocess.Popen(command, stdout=subprocess.PIPE))
        _await_ready(one)
        started.append(one)
    _stop(started)
    assert ends.read_text().split() == ["last", "first"]


def test_the_example_is_found_from_anywhere_and_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read = read_file(_example(), secret=b"s" * 32, node_secret=b"n" * 32, vault=os.environ)
    assert {route.name for route in read.snapshot.routes} >= {"open", "oidcroute", "jwt"}


def test_settings_of_a_node_do_not_change_the_demo() -> None:
    assert [_setting(name) for name in ("GATEPOST_PROXY", "KONG_PREFIX", "PATH")] == [
        True,
        True,
        False,
    ]
