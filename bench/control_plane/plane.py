"""A control plane as a process, and what is asked of it over its Admin API."""

import http.client
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import Process, cpu_of, free_port
from bench.world import World

GATEPOST = Path(sys.executable).with_name("gatepost")


@dataclass
class Plane:
    """A running control plane. process: of now; another one after ``again``."""

    world: World
    admin: int = field(default_factory=free_port)
    cluster: int = field(default_factory=free_port)
    process: Process = field(init=False)

    def start(self) -> float:
        """Start it, also again with what it had; return the seconds until READY."""
        words: list[str | Path] = [GATEPOST, "control-plane", "--prefix", self.prefix]
        words += ["--admin", f"127.0.0.1:{self.admin}", "--cluster", f"127.0.0.1:{self.cluster}"]
        began = time.monotonic()
        self.process = self.world.start("control-plane", words)
        self.process.wait_for_line("READY", 60)
        return time.monotonic() - began

    @property
    def prefix(self) -> Path:
        """Its own directory."""
        return self.world.directory / "control-plane" / "prefix"

    @property
    def url(self) -> str:
        """Where the Admin API is."""
        return f"http://127.0.0.1:{self.admin}"

    def cpu(self) -> float:
        """Return the seconds of CPU that the process of now has used."""
        return cpu_of(self.process.pid)

    def database(self) -> int:
        """Return the bytes of its database."""
        return sum(file.stat().st_size for file in self.prefix.glob("*.db*"))

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Return the JSON of an answer; raise RuntimeError for one that is not good."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=120)
        try:
            body = None if value is None else json.dumps(value).encode()
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        if reply.status >= 300:
            raise RuntimeError(f"{method} {path}: {reply.status} {content[:500]!r}")
        return json.loads(content) if content else None

    def token(self) -> str:
        """Return a token that admits a node."""
        text: str = self.call("POST", "/clustering/tokens", {})["token"]
        return text

    def rename(self, route: str, path: str) -> float:
        """Change the path of a route; return when that was acknowledged (monotonic)."""
        self.call("PATCH", f"/routes/{route}", {"paths": [path]})
        return time.monotonic()

    def apply(self, file: Path) -> tuple[float, float, float]:
        """Run ``gatepost apply``; return wall seconds, and CPU seconds here and in the command."""
        before, began = self.cpu(), time.monotonic()
        command = subprocess.Popen(
            [GATEPOST, "apply", "--yes", "--admin", self.url, file],
            stdout=subprocess.DEVNULL,
        )
        used = _waited(command)
        return time.monotonic() - began, self.cpu() - before, used


def _waited(command: "subprocess.Popen[bytes]") -> float:
    import os

    _, status, usage = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode:
        raise RuntimeError(f"apply failed with {command.returncode}")
    return usage.ru_utime + usage.ru_stime
