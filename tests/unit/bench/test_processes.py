import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.processes import (
    TICKS,
    DidNotStartError,
    Process,
    busy_from_stat,
    cpu_from_stat,
    free_port,
    listens,
    tree,
)


def test_cpu_is_read_behind_a_name_that_holds_parentheses_and_spaces() -> None:
    fields = ["S", "1", "1", "1", "0", "-1", "0", "0", "0", "0", "0"]
    text = f"42 (a) b) {' '.join(fields)} 10 20 30 40 20 0\n"
    assert cpu_from_stat(text) == 100 / TICKS


def test_a_machine_is_busy_with_all_but_idling_and_waiting() -> None:
    assert busy_from_stat("cpu  10 20 30 4000 5000 6 7 8 900 0\ncpu0 1 1") == 81 / TICKS


def test_a_tree_holds_children_and_grandchildren_and_all_of_them_end(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; print(1); time.sleep(60)'])\n"
        "print('READY', flush=True)\n"
        "time.sleep(60)\n"
    )
    process = Process("parent", [sys.executable, "-c", code], tmp_path / "log")
    process.wait_for_line("READY", 10)
    family = tree(process.pid)
    assert len(family) == 2
    assert process.memory() > 0
    process.stop()
    time.sleep(0.1)
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists() and not _zombie(pid)]


def test_work_shows_as_cpu_time_of_the_tree(tmp_path: Path) -> None:
    code = "import time\nprint('READY', flush=True)\nwhile time.process_time() < 0.3: pass\n"
    code += "time.sleep(60)"
    process = Process("worker", [sys.executable, "-c", code], tmp_path / "log")
    process.wait_for_line("READY", 10)
    deadline = time.monotonic() + 10
    while process.cpu() < 0.25 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.cpu() >= 0.25
    process.stop()


def test_a_process_that_ends_at_once_is_reported_with_what_it_said(tmp_path: Path) -> None:
    process = Process("broken", [sys.executable, "-c", "print('no such thing')"], tmp_path / "log")
    with pytest.raises(DidNotStartError, match="no such thing"):
        process.wait_for_port(free_port(), patience=5)
    process.stop()


def test_a_free_port_is_not_listened_on() -> None:
    assert not listens(free_port())


def _zombie(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.startswith("Z") or os.getpid() == pid
