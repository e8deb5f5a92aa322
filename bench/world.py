"""Where all products run: a directory, an upstream, a provider, and everything that was started."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import Process, free_port


@dataclass
class World:
    """A run of the benchmark. Leaving it (``with``) ends what was started, last first."""

    directory: Path
    processes: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    started: list[Process] = field(default_factory=list)
    upstream_port: int = field(default_factory=free_port)
    provider_port: int = field(default_factory=free_port)
    provider_tls_port: int = field(default_factory=free_port)

    def start(self, name: str, command: Sequence[str | Path]) -> Process:
        """Start a process that ends with the world."""
        log = self.directory / name / "output.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        process = Process(name, command, log)
        self.processes.callback(process.stop)
        self.started.append(process)
        return process

    def cpu(self) -> float:
        """Return the seconds of CPU of everything that was started, and of the benchmark itself."""
        times = os.times()  # wrk is among the children that have ended
        mine = times.user + times.system + times.children_user + times.children_system
        return mine + sum(process.cpu() for process in self.started)

    def write(self, name: str, file: str, text: str) -> Path:
        """Write a product's file; return where it stands."""
        path = self.directory / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def nginx(self, name: str, http: str, *, load: Sequence[Path] = ()) -> Process:
        """Start an nginx with one worker and this http block."""
        home = self.directory / name
        temporary = "".join(
            f"  {kind}_temp_path {home}/tmp-{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""  # the directories are this user's
        modules = "".join(f"load_module {path};\n" for path in load)
        text = (
            f"{modules}{user}daemon off;\nworker_processes 1;\npid {home}/nginx.pid;\n"
            f"error_log {home}/error.log warn;\nevents {{ worker_connections 8192; }}\n"
            f"http {{\n{temporary}  access_log off;\n  server_tokens off;\n"
            f"  keepalive_requests 100000000;\n  keepalive_timeout 600s;\n{http}}}\n"
        )
        path = self.write(name, "nginx.conf", text)
        return self.start(name, ["nginx", "-e", home / "error.log", "-p", home, "-c", path])

    def __enter__(self) -> "World":
        self.directory.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exception: object) -> None:
        self.processes.close()
