import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatepost.node.prefix import claim, end_orphan, new_secret
from gatepost.values import Fault


def test_two_agents_on_one_prefix_are_refused(tmp_path: Path) -> None:
    with claim(tmp_path / "node"):
        with pytest.raises(Fault) as caught, claim(tmp_path / "node"):
            pass
        assert caught.value.code == "prefix.in_use"
    with claim(tmp_path / "node"):
        pass


def test_the_directories_are_closed_to_others(tmp_path: Path) -> None:
    with claim(tmp_path / "node") as prefix:
        for directory in (prefix.root, prefix.run, prefix.push_socket.parent):
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_the_secret_is_new_each_time_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    with claim(tmp_path / "node") as prefix:
        first = new_secret(prefix)
        assert len(first) == 32
        assert prefix.secret.read_bytes() == first
        assert stat.S_IMODE(prefix.secret.stat().st_mode) == 0o600
        assert new_secret(prefix) != first


def test_sockets_of_a_killed_agent_are_cleared_away(tmp_path: Path) -> None:
    with claim(tmp_path / "node") as prefix:
        pass
    prefix.authorizer_socket(0).write_text("")
    starting = prefix.run / "authorizer-1.new"
    starting.write_text("")
    prefix.desk_socket.write_text("")
    prefix.lasting_secret.write_text("")
    with claim(tmp_path / "node") as prefix:
        assert not prefix.authorizer_socket(0).exists()
        assert not starting.exists()
        assert not prefix.desk_socket.exists()
        assert prefix.lasting_secret.exists()


def test_an_open_directory_is_closed(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir(mode=0o755)
    with claim(tmp_path / "node") as prefix:
        assert stat.S_IMODE(prefix.root.stat().st_mode) == 0o700


def test_a_path_too_long_for_a_socket_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught, claim(tmp_path / ("x" * 120)):
        pass
    assert caught.value.code == "prefix.unusable"
    assert "--prefix" in caught.value.message


def test_a_file_in_place_of_the_directory_is_refused_with_words(tmp_path: Path) -> None:
    (tmp_path / "node").write_text("")
    with pytest.raises(Fault) as caught, claim(tmp_path / "node"):
        pass
    assert caught.value.code == "prefix.unusable"


def sleeper(*words: str) -> subprocess.Popen[bytes]:
    code = "import time; time.sleep(60)"
    return subprocess.Popen([sys.executable, "-c", code, *words])


def test_an_orphaned_nginx_of_this_prefix_is_ended(tmp_path: Path) -> None:
    with claim(tmp_path / "node") as prefix:
        process = sleeper("nginx", "-p", f"{prefix.root}/")
        try:
            prefix.pid.write_text(f"{process.pid}\n")
            time.sleep(0.2)
            assert end_orphan(prefix) == process.pid
            assert process.wait(5) == -signal.SIGTERM
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("words", [("nginx", "-p", "/elsewhere/"), ("something",)])
def test_a_stranger_with_the_same_process_id_is_left_alone(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    with claim(tmp_path / "node") as prefix:
        process = sleeper(*words)
        try:
            prefix.pid.write_text(str(process.pid))
            time.sleep(0.2)
            assert end_orphan(prefix) is None
            assert process.poll() is None
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("text", ["", "no number", "999999999", "-1", "0"])
def test_a_pid_file_that_names_nobody_is_no_harm(tmp_path: Path, text: str) -> None:
    with claim(tmp_path / "node") as prefix:
        prefix.pid.write_text(text)
        assert end_orphan(prefix) is None
        assert os.getpid() > 0
