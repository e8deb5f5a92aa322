import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.authorizer.server import die_with_parent, listen
from gatepost.values import Fault


@pytest.mark.parametrize("mode", [0o600, 0o660])
def test_the_socket_has_the_permissions_that_were_asked_for(tmp_path: Path, mode: int) -> None:
    before = os.umask(0)
    try:
        with listen(str(tmp_path / "s"), mode):
            assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == mode
    finally:
        os.umask(before)


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    listen(path).close()
    listen(path).close()


def test_a_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with listen(path), pytest.raises(Fault) as raised:
        listen(path)
    assert raised.value.code == "authorizer.socket_in_use"


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("mine")
    with pytest.raises(OSError, match="in use"):
        listen(str(tmp_path / "s"))
    assert (tmp_path / "s").read_text() == "mine"


def test_the_audit_log_goes_to_stderr_as_it_is_and_other_logs_only_as_warnings() -> None:
    code = (
        "import logging; from gatepost.authorizer.server import write_logs; write_logs();"
        "write_logs(); logging.getLogger('gatepost.audit').info('%s', '{}');"
        "logging.getLogger('gatepost.plugin').info('quiet');"
        "logging.getLogger('gatepost.plugin').warning('loud')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second = done.stderr.splitlines()
    assert first == "{}"
    assert second.endswith(" gatepost.plugin loud")
    assert done.stdout == ""


def test_a_parent_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    class Nothing:
        def __init__(self, *_: object, **__: object) -> None:
            self.prctl = lambda *_: 0

    monkeypatch.setattr(ctypes, "CDLL", Nothing)  # this process shall live on
    assert die_with_parent()
    assert die_with_parent(os.getppid())
    assert not die_with_parent(os.getppid() + 1)
