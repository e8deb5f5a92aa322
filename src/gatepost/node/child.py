"""One child process that dies with its parent, and how long to wait before starting it again."""

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a child must not import or open anything.
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before exec, so that it gets the signal when its parent is gone.

    The kernel's promise starts with the call, so a parent that died before is looked for.
    """
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Child:
    """A running process. Start it from the main thread: its end is tied to that thread's."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.started = time.monotonic()
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        stdin: bytes | None = None,
        environment: Mapping[str, str],
        death: signal.Signals = signal.SIGTERM,
    ) -> "Child":
        """Start a process in a session of its own; stdin is written and closed.

        A session of its own keeps a terminal's Ctrl-C with the agent, which drains in order.
        Raises OSError when the program cannot be started.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
            env=dict(environment),
            preexec_fn=dies_with_parent(death),
            start_new_session=True,
        )
        if stdin is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(stdin)
                await process.stdin.drain()
            process.stdin.close()
        return cls(name, process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether nobody has seen it end."""
        return self._process.returncode is None

    def tell(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def wait(self) -> int:
        """Wait for the end; return the exit status, negative for a signal."""
        return await self._process.wait()

    async def stop(self, number: signal.Signals, grace: float) -> int:
        """Ask it to end, and after ``grace`` seconds make it."""
        if self.alive:
            self.tell(number)
            try:
                return await asyncio.wait_for(self.wait(), grace)
            except TimeoutError:
                self.tell(signal.SIGKILL)
        return await self.wait()


@dataclass(slots=True)
class BackOff:
    """Seconds to wait before starting again: doubling from first to most, reset by a long life."""

    first: float = 0.1
    most: float = 5.0
    long_life: float = 10.0
    _next: float = field(default=0.0, init=False)

    def after(self, lived: float) -> float:
        """Return the pause after a life of that many seconds."""
        if lived >= self.long_life:
            self._next = 0.0
        pause = self._next or self.first
        self._next = min(pause * 2, self.most)
        return pause
