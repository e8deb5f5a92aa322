import asyncio
import errno
import os
import signal
from pathlib import Path

import pytest

from gatepost.admin.ask import ControlPlane
from gatepost.admin.running import run_control_plane
from gatepost.admin.settings import ControlPlaneSettings
from gatepost.values import Fault


class Ends:
    """A listener that notes what is done to it, and ends the process once it runs."""

    name = "noted"

    def __init__(self, control: ControlPlane, settings: ControlPlaneSettings) -> None:
        assert control.plane
        self.done: list[str] = []
        MADE.append(self)

    async def start(self) -> str:
        self.done.append("start")
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
        return "somewhere"

    async def stop(self) -> None:
        self.done.append("stop")


class Fails(Ends):
    async def start(self) -> str:
        raise OSError(errno.EADDRINUSE, "Address already in use")


MADE: list[Ends] = []


def test_listeners_are_started_told_and_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    MADE.clear()
    assert run_control_plane(ControlPlaneSettings(prefix=tmp_path), [Ends, Ends]) == 0
    assert capsys.readouterr().out == "READY noted=somewhere noted=somewhere\n"
    assert [one.done for one in MADE] == [["start", "stop"]] * 2


def test_what_was_started_is_stopped_when_another_cannot_start(tmp_path: Path) -> None:
    MADE.clear()
    with pytest.raises(Fault, match="it is in use"):
        run_control_plane(ControlPlaneSettings(prefix=tmp_path), [Ends, Fails])
    assert [one.done for one in MADE] == [["start", "stop"], []]
