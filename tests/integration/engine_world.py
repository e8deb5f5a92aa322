"""A real nginx with compiled tables in a directory of its own, for tests of the engine alone.

    with EngineWorld(snapshot) as world:
        reply = world.get("/path", host="a.test")

No agent and no authorizer: plans are given as specs, and questions go to whatever listens on
``world.authorizer_socket``. The world is stopped by process id, and what it logged can be read.
"""

import contextlib
import dataclasses
import datetime
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gatepost.engine import (
    EngineSettings,
    Listener,
    PlanSpec,
    Shelf,
    Slots,
    compile_engine,
    directories,
    render,
    self_signed,
)
from gatepost.model import Snapshot
from gatepost.store.kong_yaml import read
from tests.ports import free_port

_MODULES = ("ndk_http_module.so", "ngx_http_lua_module.so")
_PLACES = ("/usr/lib/nginx/modules", "/usr/share/nginx/modules")


def nginx_binary() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("these tests need nginx: apt-get install nginx libnginx-mod-http-lua")
    return found


def modules() -> tuple[Path, ...]:
    for place in _PLACES:
        paths = tuple(Path(place) / name for name in _MODULES)
        if all(path.exists() for path in paths):
            return paths
    return ()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        return str(self.json()["message"])


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("nginx", timeout=20)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class EngineWorld:
    """One nginx. ``configuration``: a Snapshot, or the text of a kong.yaml."""

    def __init__(
        self,
        configuration: Snapshot | str,
        *,
        plans: Mapping[str, PlanSpec | None] | None = None,
        workers: int = 1,
        names: Mapping[str, list[str]] | None = None,
        settings: Callable[[EngineSettings], EngineSettings] = lambda same: same,
        authorizers: int = 1,
        unprivileged: bool = False,
        extra_conf: Callable[[str], str] = lambda same: same,
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="gatepost-engine-"))
        self.root.chmod(0o711)  # root's workers are somebody else
        self.port, self.tls_port, self.h2_port = free_port(), free_port(), free_port()
        directory = self.root / "nginx"
        self.push_socket = self.root / "push.sock"
        self.authorizer_socket = self.root / "authorizer-0.sock"
        base = EngineSettings(
            directory=directory,
            push_socket=self.push_socket,
            secret_file=self.root / "secret",
            authorizers=tuple(self.root / f"authorizer-{n}.sock" for n in range(authorizers)),
            listeners=(
                Listener(f"127.0.0.1:{self.port}"),
                Listener(f"127.0.0.1:{self.h2_port}", http2=True),
                Listener(f"127.0.0.1:{self.tls_port}", tls=True, http2=True),
            ),
            certificate=self.root / "default.crt",
            key=self.root / "default.key",
            modules=modules(),
            workers=workers,
            connections=2048,
            user="nobody nogroup" if os.geteuid() == 0 and not unprivileged else None,
            shutdown_timeout=2,
        )
        self.settings = settings(base)
        self.names = dict(names or {})
        self.slots = Slots()
        self.shelf = Shelf()
        self.conf = ""
        self._extra_conf = extra_conf
        self._configuration, self._plans = configuration, plans
        self._unprivileged = unprivileged and os.geteuid() == 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        directory = self.settings.directory
        for name in ("", "tls", *directories()):
            (directory / name).mkdir(parents=True, exist_ok=True)
        certificate, key = self_signed(datetime.datetime.now(datetime.UTC))
        (self.root / "default.crt").write_bytes(certificate)
        (self.root / "default.key").write_bytes(key)
        (self.root / "secret").write_bytes(os.urandom(32))
        self._compile(self._configuration, self._plans)
        conf = self.root / "nginx.conf"
        command = [nginx_binary(), "-e", "stderr", "-p", str(directory), "-c", str(conf)]
        with (self.root / "stderr").open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, **self._owner())
        self.wait(lambda: self.control("GET", "/health").status == 200)
        if self.names:
            self.push_names(self.names)
        self.push_tables()

    def _owner(self) -> dict[str, Any]:
        """Return whom nginx is started as: whoever we are, or nobody."""
        if not self._unprivileged:
            return {}
        nobody = pwd.getpwnam("nobody")
        for path in (self.root, *self.root.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def wait(self, ready: Callable[[], bool], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ready():
                    return
            if self._process is not None and self._process.poll() is not None:
                raise AssertionError(f"nginx ended:\n{self.log()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not happen in {seconds} s:\n{self.log()}")
            time.sleep(0.01)

    def _compile(
        self, configuration: Snapshot | str, plans: Mapping[str, PlanSpec | None] | None
    ) -> bool:
        """Compile and write the configuration; return whether nginx must read it again."""
        self.snapshot = read(configuration) if isinstance(configuration, str) else configuration
        if plans is None:
            plans = {}
        every = {route.id: plans.get(route.id) for route in self.snapshot.routes}
        compiled = compile_engine(self.snapshot, every, self.slots)
        self.tables, self.slots = compiled.tables, compiled.slots
        for name, body in compiled.files.items():
            (self.settings.files / name).write_bytes(body)
        conf = self._extra_conf(render(self.settings, self.slots))
        changed = conf != self.conf
        self.conf = conf
        (self.root / "nginx.conf").write_text(conf)
        return changed

    def push(
        self, configuration: Snapshot | str, plans: Mapping[str, PlanSpec | None] | None = None
    ) -> bool:
        """Bring a new configuration live; return whether it took a reload."""
        reload = self._compile(configuration, plans)
        if reload:
            self.reload()
        self.push_tables()
        return reload

    def reload(self) -> None:
        """Send HUP and wait until new workers answer, and the old take no new connections."""
        before = set(self.worker_pids())
        os.kill(self.pid, signal.SIGHUP)
        self.wait(lambda: bool(set(self.worker_pids()) - before) and all(map(_retiring, before)))
        self.wait(lambda: self.control("GET", "/health").json()["pid"] not in before)

    def worker_pids(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def push_tables(self) -> None:
        push = self.shelf.next(self.tables)
        for body in push.puts:
            self.sent("/tables/put", body)
        self.sent("/tables/switch", push.switch)
        if push.deletes:
            self.sent("/tables/delete", push.deletes)
        self.shelf.done(push, self.tables)

    def push_names(self, names: Mapping[str, list[str]]) -> None:
        self.sent("/names", json.dumps(names).encode())
        time.sleep(0.25)  # workers look five times a second

    def sent(self, path: str, body: bytes) -> None:
        answer = self.control("POST", path, body)
        assert answer.status == 200, (path, answer.status, answer.body)

    def control(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """Speak to the push socket."""
        connection = _UnixConnection(self.push_socket)
        try:
            connection.request(method, path, body)
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()

    def get(self, path: str = "/", **options: Any) -> Answer:
        return self.ask("GET", path, **options)

    def ask(
        self,
        method: str,
        path: str,
        *,
        host: str = "gate.test",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        tls: str | None = None,
    ) -> Answer:
        """Make one request on a connection of its own. tls: the server name to ask for."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        if tls is not None:
            connection.sock = self.tls_socket(tls)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()

    def tls_socket(self, name: str) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=20)
        return context.wrap_socket(plain, server_hostname=name or None)

    def raw(self, data: bytes, *, seconds: float = 5.0) -> bytes:
        """Send bytes as they are and return everything until nginx closes or is silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(data)
            received = b""
            with contextlib.suppress(TimeoutError, ConnectionResetError):
                while part := connection.recv(65536):
                    received += part
            return received

    def log(self) -> str:
        """Everything that nginx wrote."""
        found = [self.root / "stderr", self.settings.log]
        return "".join(path.read_text() for path in found if path.exists())

    def stop(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)


def _retiring(pid: int) -> bool:
    """Return whether a worker is gone, or says that it is shutting down."""
    try:
        return b"shutting down" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


@contextlib.contextmanager
def engine(configuration: Snapshot | str, **options: Any) -> Iterator[EngineWorld]:
    with EngineWorld(configuration, **options) as world:
        yield world


def changed(**fields: Any) -> Callable[[EngineSettings], EngineSettings]:
    """Return what replaces these fields of the settings."""
    return lambda settings: dataclasses.replace(settings, **fields)
