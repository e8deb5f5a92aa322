import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatepost.node.child import BackOff, Child

PATH = {"PATH": os.environ["PATH"]}


@pytest.mark.anyio
async def test_a_child_gets_its_stdin_and_its_environment_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = f"import os,sys; open({str(out)!r},'w').write(sys.stdin.read()+str(sorted(os.environ)))"
    child = await Child.start(
        "child", [sys.executable, "-c", code], stdin=b"word ", environment={"ONLY": "this"}
    )
    assert await child.wait() == 0
    assert (
        out.read_text().startswith("word ['LC_CTYPE', 'ONLY']")
        or out.read_text() == "word ['ONLY']"
    )


@pytest.mark.anyio
async def test_a_child_that_does_not_heed_the_signal_is_killed() -> None:
    code = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = await Child.start("child", [sys.executable, "-c", code], environment=PATH)
    await asyncio.sleep(0.3)
    assert await child.stop(signal.SIGTERM, 0.2) == -signal.SIGKILL
    assert not child.alive
    child.tell(signal.SIGTERM)


@pytest.mark.anyio
async def test_a_program_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="No such file"):
        await Child.start("child", ["/no/such/program"], environment={})


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"""
import asyncio, sys
from gatepost.node.child import Child
async def main():
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = await Child.start("c", sleep, environment={{}})
    open({str(pid_file)!r}, "w").write(str(child.pid))
    await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        while not pid_file.exists() or not pid_file.read_text():
            assert parent.poll() is None
            time.sleep(0.02)
        child = int(pid_file.read_text())
    finally:
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while _alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_pauses_double_up_to_the_most_and_a_long_life_resets_them() -> None:
    back_off = BackOff(first=1, most=4, long_life=10)
    assert [back_off.after(0) for _ in range(4)] == [1, 2, 4, 4]
    assert back_off.after(11) == 1
    assert back_off.after(0) == 2
