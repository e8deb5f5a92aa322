import os
import subprocess
from pathlib import Path

import pytest

from gatepost.cli.demo_processes import _example, _setting, _start, _stop
from gatepost.node.reading import read_file
from gatepost.values import Fault


def test_a_process_is_started_when_it_is_ready_and_stopped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    process = _start(["echo", "--listen", "127.0.0.1:0"], "the upstream")
    assert process.poll() is None
    _stop([process])
    assert process.returncode is not None
    assert "starting the upstream" in capsys.readouterr().out


def test_a_process_that_ends_at_once_is_told() -> None:
    with pytest.raises(Fault, match="The upstream did not start"):
        _start(["version"], "the upstream")


def test_stopping_takes_those_that_ended_already() -> None:
    process = subprocess.Popen(["true"], stdout=subprocess.PIPE)
    process.wait()
    _stop([process])


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
