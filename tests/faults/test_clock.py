"""The wall clock jumps under a running node: nginx, agent and authorizers alike."""

import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.node.binaries import find
from tests.faults.scene import Scene, scene, wait
from tests.integration.world import Process

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("cc") is None, reason="a clock is made with a C compiler"),
]

HOUR = 3600


class Shifted(Scene):
    """A Scene whose node runs by a clock of its own."""

    tools: Path

    def spawn(self, name: str, *arguments: str) -> Process:
        if name != "node":
            return super().spawn(name, *arguments)
        python = self.tools / "python"
        # The agent starts authorizers with its own interpreter, and cleans their environment.
        told = "import sys; sys.executable = sys.argv.pop(1); from gatepost.cli import main; main()"
        command = [str(python), "-P", "-c", told, str(python), *arguments]
        process = Process(name, [*command, "--nginx", str(self.tools / "nginx")], self.environment)
        self.processes.append(process)
        return process

    def shift(self, seconds: int) -> None:
        """Set the node's clock apart from the provider's by so many seconds."""
        with (self.tools / "shift").open("r+b") as file:
            file.write(struct.pack("=q", seconds))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shifted]:
    tools = tmp_path_factory.mktemp("clock")
    tools.chmod(0o755)
    (tools / "shift").write_bytes(struct.pack("=q", 0))
    (tools / "shift").chmod(0o644)
    library = tools / "wall_clock.so"
    source = Path(__file__).with_name("wall_clock.c")
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", f'-DCLOCK_FILE="{tools}/shift"',
         "-o", str(library), str(source)],
        check=True,
    )  # fmt: skip
    for name, program in (("python", sys.executable), ("nginx", str(find().binary))):
        script = tools / name
        script.write_text(f'#!/bin/sh\nLD_PRELOAD={library} exec {program} "$@"\n')
        script.chmod(0o755)
    Shifted.tools = tools
    with scene(kind=Shifted) as found:
        assert isinstance(found, Shifted)
        yield found


@pytest.fixture(autouse=True)
def _right_again(world: Shifted) -> Iterator[None]:
    yield
    world.shift(0)


def test_a_step_back_voids_what_was_remembered_and_what_was_learnt(world: Shifted) -> None:
    old = int(time.time()) - 600
    jwt, token = world.mint(claims={"iat": old}), world.opaque()
    assert all(world.passes("jwt", jwt) for _ in range(4))
    assert all(world.passes("introspected", token) for _ in range(4))
    before = {name: world.calls(name) for name in ("introspect", "keys")}
    world.shift(-120)
    wait(lambda: "the clock stepped back" in log(world), "the log says so")
    # By this clock the opaque token will only be issued: it is asked about anew, and refused.
    wait(lambda: world.knock("introspected", token).status == 401, "it is judged anew")
    wait(lambda: world.passes("jwt", jwt) and world.calls("keys") > before["keys"], "new keys")
    assert world.calls("introspect") == before["introspect"] + 1
    world.shift(0)
    wait(lambda: world.passes("introspected", token), "it passes by the right time")


@pytest.mark.parametrize("column", ["jwt", "introspected", "client"])
def test_a_step_forward_ends_what_has_expired(world: Shifted, column: str) -> None:
    token = {"jwt": world.jwt, "introspected": world.opaque, "client": world.client}[column]()
    assert all(world.passes(column, token) for _ in range(4))
    traded = world.calls("token")
    world.shift(2 * HOUR)
    if column == "client":  # what it was traded for has expired, so it is traded again
        wait(lambda: world.passes(column, token) and world.calls("token") > traded, "a new trade")
    else:
        wait(lambda: world.knock(column, token).status == 401, "it has expired")
    world.shift(0)
    wait(lambda: world.passes(column, token), "it is judged by the right time again")


def test_a_step_back_locks_nobody_out(world: Shifted) -> None:
    """The budget of refused questions is a debt that time pays, whatever the wall says."""
    token = world.jwt()
    world.shift(2 * HOUR)
    wait(lambda: world.knock("jwt", "Bearer made-up", good=False).status == 401, "a debt is made")
    world.shift(0)
    wait(lambda: world.passes("jwt", token), "new credentials are judged", 5)


def log(world: Scene) -> str:
    return (world.prefix / "nginx" / "error.log").read_text("utf-8", "replace")
