import socket
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli import demo_processes
from gatepost.cli.app import build


def demo(*arguments: str) -> Any:
    words = ["demo", *arguments]
    return CliRunner().invoke(build(words), words)


def test_a_port_in_use_is_told_with_who_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(demo_processes, "PORTS", {port: "the upstream"})
        done = demo()
    assert done.exit_code == 2
    assert f"Port {port} is in use, and the upstream needs it" in done.stderr


def test_its_ports_are_those_that_the_help_names() -> None:
    shown = demo("--help").output
    assert not [port for port in demo_processes.PORTS if str(port) not in shown]
