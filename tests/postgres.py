"""A real PostgreSQL server on loopback, in a directory of its own, on a port that was free."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatepost.node.child import dies_with_parent
from tests.ports import free_port

PATIENCE = 30.0
USER = "gatepost"

# What a test may lose when the machine stops, it need not wait for.
_HASTY = ("fsync=off", "full_page_writes=off")
_COMMON = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
)


@dataclass
class PostgresServer:
    """A server that can be stopped, killed and started again on the same port.

    durable: it syncs to disk, as in earnest. Without it, what was acknowledged survives a crash of
    the server, and not one of the machine.
    """

    directory: Path
    durable: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the port that it had before, and wait until it answers."""
        for _ in range(5):
            if self._begin(self.port or free_port()):
                return
            assert not self.port, self.log
        raise AssertionError(f"no port for postgres: {self.log}")

    def _begin(self, port: int) -> bool:
        settings = (*_COMMON, *(() if self.durable else _HASTY))
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program("postgres"),
                    *("-D", str(self.directory / "data"), "-p", str(port)),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                preexec_fn=dies_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - it only asks the kernel
                user=_owner(),
                group=_owner(),
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self._answers(port):
                self.port = port
                return True
            time.sleep(0.02)
        raise AssertionError(f"postgres does not answer: {self.log}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it, connections and all: SIGINT in order, SIGQUIT at once, as in a crash."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(PATIENCE)
            self.process = None

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def new(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run a statement with psql and return what it prints, plain."""
        words = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement)
        return subprocess.run(
            [program("psql"), self.url(database), *words],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    @property
    def log(self) -> str:
        file = self.directory / "log"
        return file.read_text() if file.exists() else "no log"

    def _answers(self, port: int) -> bool:
        # not a mere connection: it answers that it is starting up before it can be asked anything
        asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "5"]
        return subprocess.run(asked, check=False).returncode == 0


@contextlib.contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run one, as ``postgres`` when the tests run as root: the server refuses to be root."""
    with tempfile.TemporaryDirectory(prefix="gatepost-postgres-") as name:
        directory = Path(name)
        owner = _owner()
        if owner is not None:
            shutil.chown(directory, owner, owner)
        subprocess.run(
            [
                program("initdb"),
                *("-D", str(directory / "data"), "-U", USER, "-A", "trust", "-E", "UTF8"),
                *("--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=directory,
            user=owner,
            group=owner,
        )
        server = PostgresServer(directory, durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the newest version that is installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3])
    )
    assert found, f"{name} is not installed; run scripts/setup --test"
    return str(found[-1])


def _owner() -> str | None:
    """Return whom the server belongs to, where that is not who runs the tests."""
    return "postgres" if os.geteuid() == 0 else None
