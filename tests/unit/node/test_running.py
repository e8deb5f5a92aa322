import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from gatepost.node.agent import Agent
from gatepost.node.running import _run, run_node
from gatepost.node.settings import NodeSettings
from gatepost.values import By, Fault


class Node:
    """An agent whose start and end a test decides."""

    def __init__(self) -> None:
        self.look_now = asyncio.Event()
        self.dies = asyncio.Event()
        self.fault: Fault | None = None
        self.endless = False
        self.stopped = 0

    async def start(self) -> dict[str, str]:
        if self.fault is not None:
            raise self.fault
        if self.endless:
            await asyncio.sleep(60)
        return {"proxy": "http://127.0.0.1:1", "status": "http://127.0.0.1:2"}

    async def died(self) -> BaseException | None:
        await self.dies.wait()
        return RuntimeError("told")

    async def stop(self) -> None:
        self.stopped += 1


def run(shape: Callable[[Node], Any]) -> tuple[Node, int]:
    made: list[Node] = []

    def make() -> Agent:
        node = Node()
        shape(node)
        made.append(node)
        return cast(Agent, node)

    status = asyncio.run(_run(make))
    return made[0], status


def soon(number: signal.Signals) -> None:
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_the_status_is_0(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    node, status = run(lambda _: soon(number))
    assert (status, node.stopped) == (0, 1)
    assert capsys.readouterr().out == "READY proxy=http://127.0.0.1:1 status=http://127.0.0.1:2\n"


def test_a_signal_during_the_start_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    def shape(node: Node) -> None:
        node.endless = True
        soon(signal.SIGTERM)

    node, status = run(shape)
    assert (status, node.stopped) == (0, 1)
    assert "READY" not in capsys.readouterr().out


def test_a_start_that_fails_is_cleared_away_and_told() -> None:
    made: list[Node] = []

    def make() -> Agent:
        made.append(Node())
        made[0].fault = Fault("listen.taken", "Taken.", by=By.OPERATOR)
        return cast(Agent, made[0])

    with pytest.raises(Fault, match="Taken"):
        asyncio.run(_run(make))
    assert made[0].stopped == 1


def test_an_agent_that_dies_ends_the_process_with_1() -> None:
    node, status = run(lambda node: node.dies.set())
    assert (status, node.stopped) == (1, 1)


def test_hangup_looks_at_the_file() -> None:
    looked: list[bool] = []

    def shape(node: Node) -> None:
        soon(signal.SIGHUP)
        loop = asyncio.get_running_loop()

        async def wait() -> None:
            await node.look_now.wait()
            looked.append(True)
            os.kill(os.getpid(), signal.SIGTERM)

        shape.task = loop.create_task(wait())  # type: ignore[attr-defined]

    _, status = run(shape)
    assert (status, looked) == (0, [True])


def test_without_nginx_nothing_is_begun(tmp_path: Path) -> None:
    settings = NodeSettings(tmp_path / "k", tmp_path / "node", nginx=tmp_path / "nginx")
    with pytest.raises(Fault) as caught:
        run_node(settings)
    assert caught.value.code == "nginx.missing"
    assert not (tmp_path / "node").exists()
