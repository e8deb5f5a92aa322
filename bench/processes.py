"""Processes of the benchmark: started with their own log, measured as a tree, stopped by pid."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStartError(RuntimeError):
    """A product is installed and does not come up; the text ends with what it wrote."""


class Process:
    """One child, in a session of its own so that Ctrl-C reaches the benchmark alone.

    It dies with the benchmark (parent-death signal), so that nothing is left behind by kill -9.
    """

    def __init__(self, name: str, command: Sequence[str | Path], log: Path) -> None:
        self.name = name
        self.log = log
        setpriv = shutil.which("setpriv")
        leash = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
        with log.open("wb") as output:
            self._child = subprocess.Popen(
                [*leash, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process that was started; its descendants count as its own."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def wait_for_port(self, port: int, patience: float = 20.0) -> None:
        """Return once something listens; raise DidNotStartError."""
        deadline = time.monotonic() + patience
        while not listens(port):
            if not self.alive or time.monotonic() > deadline:
                raise DidNotStartError(f"{self.name} did not start:\n{self.said()}")
            time.sleep(0.02)

    def wait_for_line(self, start: str, patience: float) -> str:
        """Return the first line of its output that begins so; raise DidNotStartError."""
        deadline = time.monotonic() + patience
        while True:
            for line in self.log.read_text(errors="replace").splitlines():
                if line.startswith(start):
                    return line
            if not self.alive or time.monotonic() > deadline:
                raise DidNotStartError(f"{self.name} did not start:\n{self.said()}")
            time.sleep(0.02)

    def said(self, lines: int = 12) -> str:
        """Return the end of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def cpu(self) -> float:
        """Return the seconds of CPU that it and all its descendants have used."""
        return sum(cpu_of(pid) for pid in tree(self.pid))

    def memory(self) -> int:
        """Return the bytes that the tree holds, shared pages divided among those who share."""
        return sum(proportional_set(pid) for pid in tree(self.pid))

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process that was started, and to none of its descendants."""
        self._child.send_signal(number)
        if number is signal.SIGKILL:
            self._child.wait()

    def stop(self, patience: float = 15.0) -> None:
        """End it and all its descendants."""
        family = tree(self.pid)
        if self.alive:
            self._child.terminate()
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for pid in family[1:]:
            if parent_of(pid) in (1, self.pid):  # an orphan of ours, not a number used anew
                os.kill(pid, signal.SIGKILL)


def tree(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                found += [int(word) for word in (task / "children").read_text().split()]
            except OSError:
                continue
    return found


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU of one process and of its children that ended (proc(5), stat)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    return cpu_from_stat(text)


def cpu_from_stat(text: str) -> float:
    """Read utime, stime, cutime and cstime: fields 14 to 17, after a name."""
    fields = text.rpartition(")")[2].split()
    return sum(int(fields[number]) for number in (11, 12, 13, 14)) / TICKS


def machine_busy() -> float:
    """Return the seconds that the machine's cores have worked, for anyone (proc(5), /proc/stat)."""
    return busy_from_stat(Path("/proc/stat").read_text())


def busy_from_stat(text: str) -> float:
    """Read the first line: everything but idle and iowait, and guests, who are in user already."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, text.split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def proportional_set(pid: int) -> int:
    """Return the proportional set size in bytes; 0 for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def parent_of(pid: int) -> int | None:
    """Return the parent's pid, or None for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(text.rpartition(")")[2].split()[1])


def listens(port: int) -> bool:
    """Say whether something takes connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a loopback port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
