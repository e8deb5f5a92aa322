"""A real redis-server on loopback, in a directory of its own, on a port that was free."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import redis

from gatepost.node.child import dies_with_parent
from gatepost.values import RedisSettings
from tests.ports import free_port

PATIENCE = 20.0


@dataclass
class RedisServer:
    """A server that can be stopped, hung and started again on the same port.

    lines: further lines of its configuration. keep: it writes to disk, so that a new start finds
    what it held. settings: how to reach it.
    """

    directory: Path
    lines: tuple[str, ...] = ()
    keep: bool = False
    sentinel: bool = False
    port: int = 0
    settings: RedisSettings = field(default_factory=RedisSettings)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the port that it had before, and wait until it answers."""
        for _ in range(5):
            if self._begin(self.port or free_port()):
                return
            assert not self.port, self.log
        raise AssertionError(f"no port for redis-server: {self.log}")

    def _begin(self, port: int) -> bool:
        persistent = ["appendonly yes", "appendfsync always"] if self.keep else ["appendonly no"]
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"dir {self.directory}",
            f"logfile {self.directory}/redis.log",
            *([] if self.sentinel else ['save ""', *persistent]),
            *self.lines,
        ]
        lines = [line.replace("$PORT", str(port)) for line in lines]
        file = self.directory / "redis.conf"
        file.write_text("\n".join(lines) + "\n")
        command = ["redis-server", str(file), *(["--sentinel"] if self.sentinel else [])]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it only asks the kernel
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if _answers(port):
                self.port = port
                self.settings = replace(self.settings, host="127.0.0.1", port=port)
                return True
            time.sleep(0.01)
        raise AssertionError(f"redis-server does not answer: {self.log}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.hang(on=False)
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None

    def hang(self, *, on: bool = True) -> None:
        """Stop it from doing anything, or let it go on."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    @property
    def log(self) -> str:
        file = self.directory / "redis.log"
        return file.read_text() if file.exists() else "no log"

    def raw(self, *words: Any) -> Any:
        """Run a command and return its answer as it is."""
        with redis.Redis(host="127.0.0.1", port=self.port, protocol=2) as client:
            client.response_callbacks.clear()
            return client.execute_command(*words)

    def run(self, *words: Any) -> Any:
        """Run a command, as the user that the settings name."""
        own = self.settings
        with redis.Redis(
            host="127.0.0.1", port=self.port, protocol=2, socket_timeout=5,
            username=own.username, password=own.password.reveal() if own.password else None,
        ) as client:  # fmt: skip
            return client.execute_command(*words)


@contextlib.contextmanager
def redis_server(
    *lines: str, keep: bool = False, sentinel: bool = False, settings: RedisSettings | None = None
) -> Iterator[RedisServer]:
    """Run one. In a line, ``$PORT`` stands for its port and ``$DIR`` for its directory."""
    with tempfile.TemporaryDirectory(prefix="gatepost-redis-") as name:
        own = tuple(line.replace("$DIR", name) for line in lines)
        server = RedisServer(Path(name), own, keep, sentinel, settings=settings or RedisSettings())
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _answers(port: int) -> bool:
    """Return whether it answers anything: by then it listens wherever it was told to."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.sendall(b"PING\r\n")
            return probe.recv(64) != b""
    except OSError:
        return False
