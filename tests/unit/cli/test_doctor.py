import socket
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from gatepost.cli.app import build


def doctor(prefix: Path, *arguments: str) -> Any:
    words = [
        "doctor", "--prefix", str(prefix), "--proxy-ssl", "off", "--status", "127.0.0.1:0",
        *arguments,
    ]  # fmt: skip
    return CliRunner().invoke(build(words), words)


def test_a_machine_that_has_everything_is_fit(tmp_path: Path) -> None:
    done = doctor(tmp_path / "node", "--proxy", "127.0.0.1:0")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("ok   nginx: nginx/")
    assert "note proxy-ssl: off" in done.stdout
    assert done.stdout.endswith("A node can run here.\n")
    assert not (tmp_path / "node").exists(), "it only looks"


def test_what_is_in_the_way_is_counted_and_decides_the_status(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = doctor(tmp_path, "--proxy", address)
        assert done.exit_code == 1
        assert f"BAD  proxy: {address}" in done.stdout
        assert done.stdout.endswith("One thing is in the way.\n")
        both = doctor(tmp_path, "--proxy", address, "--nginx", str(tmp_path / "nothing"))
        assert both.stdout.endswith("2 things are in the way.\n")
