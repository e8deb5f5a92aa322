"""What the fault tests run: a World whose provider is behind a door, and credentials of each kind.

Two authorizers share the questions by the bytes of the Authorization header; ``goes_to`` says to
which one goes, so that a test can ask the very one that is away.
"""

import contextlib
import http.client
import os
import signal
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.faults.door import Door
from tests.faults.upstream import MARK, Upstream
from tests.integration.world import ANY_REFUSALS, Answer, Client, World
from tests.ports import free_port

AUTHORIZERS = 2
CLIENTS = 256
CONFIGURATION = """
_format_version: "3.0"
services:
  - name: api
    url: $UPSTREAM
    routes:
      - {name: open, paths: [/open]}
      - name: jwt
        paths: [/jwt]
        plugins:
          - name: openid-connect
            config: &oidc
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [bearer]
              timeout: 1000
              rediscovery_lifetime: 1
      - name: introspected
        paths: [/introspected]
        plugins:
          - name: openid-connect
            config: {<<: *oidc, auth_methods: [introspection]}
      - name: uncached
        paths: [/uncached]
        plugins:
          - name: openid-connect
            config: {<<: *oidc, auth_methods: [introspection], cache_introspection: false}
      - name: client
        paths: [/client]
        plugins:
          - name: openid-connect
            config: {<<: *oidc, auth_methods: [client_credentials], scopes: [read]}
"""


@dataclass(frozen=True)
class Asked:
    """A request of somebody who is at the gate. healthy: the status when nothing is away."""

    target: str
    headers: Mapping[str, str]
    healthy: int = 200


@dataclass(frozen=True)
class Knock:
    """What one request got: a status, or None when there was no connection."""

    status: int | None
    retry_after: str | None = None

    def __str__(self) -> str:
        if self.status is None:
            return "no connection"
        return f"{self.status} ({self.retry_after})" if self.retry_after else f"{self.status}"


class Scene(World):
    """A World with a door, an upstream that counts, many clients, and a proxy port that stays."""

    upstream: Upstream
    door: Door

    def start_idp(self, port: int = 0) -> None:
        self.door = Door()
        self.proxy_port = free_port()
        self._clients = iter(range(CLIENTS))
        (self.directory / "seed.yaml").write_text(self.seed())
        self.start_idp_again(port)

    def seed(self) -> str:
        """Return what the provider knows."""
        return yaml.safe_dump({"applications": _applications()})

    def start_idp_again(self, port: int) -> None:
        """Start the provider: with new keys, and knowing no token."""
        self.idp_process = self.spawn(
            "idp", "idp", "--listen", f"127.0.0.1:{port}",
            "--issuer", self.issuer, "--seed", str(self.directory / "seed.yaml"),
        )  # fmt: skip
        url = next(word for word in self.idp_process.ready().split() if word.startswith("http"))
        self.idp = Client(url)
        self.door.target = self.idp.port

    def start_echo(self) -> None:
        self.echo = Client(f"http://127.0.0.1:{self.upstream.port}")

    def start_node(self, *more: str, proxy: str = "") -> None:
        super().start_node(
            "--authorizers", str(AUTHORIZERS), *ANY_REFUSALS, *more,
            proxy=proxy or f"127.0.0.1:{self.proxy_port}",
        )  # fmt: skip

    def stop(self) -> None:
        for process in self.processes:  # a process that was stopped by a test would not hear us
            if process.popen.poll() is None:
                process.popen.send_signal(signal.SIGCONT)
        super().stop()
        self.door.close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.door.port}/oauth2/default"

    # -- processes of the node

    def pid(self, name: str) -> int | None:
        """Return the process id of ``nginx`` or ``authorizer 0``."""
        processes = self.status.get("/status").json()["processes"]
        found = next(one["pid"] for one in processes if one["name"] == name)
        return None if found is None else int(found)

    def workers(self) -> list[int]:
        """Return the process ids of nginx's workers."""
        master = self.pid("nginx")
        return [] if master is None else children(master)

    def whole(self) -> bool:
        """Return whether every process of the node is up."""
        try:
            processes = self.status.get("/status").json()["processes"]
        except (OSError, http.client.HTTPException):
            return False
        return all(one["up"] for one in processes)

    # -- credentials

    def jwt(self, to: int | None = 0) -> str:
        """Return the Authorization of a new JWT; to: the authorizer that gets the question."""
        return self._until_it_goes(to, lambda: f"Bearer {self.token('signed')}")

    def opaque(self, to: int | None = 0) -> str:
        """Return the Authorization of a new opaque token."""
        return self._until_it_goes(to, lambda: f"Bearer {self.token('plain')}")

    def client(self, to: int | None = 0) -> str:
        """Return the Authorization of a client that was never seen."""

        def another() -> str:
            name = f"client-{next(self._clients)}"
            return self.basic(name, f"{name}-secret")["Authorization"]

        return self._until_it_goes(to, another)

    def rotate(self) -> None:
        """Let the provider sign with a new key from now on."""
        path = "/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate"
        assert self.idp.send("POST", path).status == 200

    def mint(self, **order: object) -> str:
        """Return the Authorization of a token to order."""
        token = self.idp.post_json("/dev/mint", order).json()["token"]
        self.secrets.add(token)
        return f"Bearer {token}"

    def misbehave(self, fault: str, *endpoints: str, **more: object) -> None:
        for endpoint in endpoints:
            order = {"fault": fault, "endpoint": endpoint, "times": 1_000_000, **more}
            answer = self.idp.post_json("/dev/misbehave", order)
            assert answer.status == 200, answer.body

    def behave(self) -> None:
        assert self.idp.send("DELETE", "/dev/misbehave").status == 200

    def _until_it_goes(self, to: int | None, make: Callable[[], str]) -> str:
        while True:
            made = make()
            if to is None or goes_to(made) == to:
                return made

    # -- requests

    def knock(self, path: str, authorization: str | None, *, good: bool = True) -> Knock:
        """Send one request on a connection of its own."""
        headers = {} if authorization is None else {"Authorization": authorization}
        return self.ask(Asked(f"/{path}/x", headers), good=good)

    def ask(self, asked: Asked, *, good: bool = True) -> Knock:
        """Send one request on a connection of its own."""
        headers = {**asked.headers, MARK: "good" if good else "bad"}
        try:
            answer: Answer = self.proxy.send("GET", asked.target, headers=headers, timeout=30)
        except (OSError, http.client.HTTPException):
            return Knock(None)
        return Knock(answer.status, answer.headers.get("retry-after"))

    def passes(self, path: str, authorization: str) -> bool:
        return self.knock(path, authorization).status == 200


@contextlib.contextmanager
def scene(
    text: str = CONFIGURATION,
    *,
    kind: type[Scene] = Scene,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Scene]:
    """Run a Scene; at its end nothing that was marked bad has come through."""
    with Upstream() as upstream:
        kind.upstream = upstream
        text = text.replace("$UPSTREAM", f"http://127.0.0.1:{upstream.port}")
        with kind.start(text, arguments=arguments, environment=environment) as world:
            assert isinstance(world, Scene)
            yield world
        assert upstream.passed == []


def goes_to(authorization: str) -> int:
    """Return the number of the authorizer that is asked about this header."""
    return zlib.crc32(authorization.encode()) % AUTHORIZERS


def children(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def alive(pid: int) -> bool:
    """Return whether a process runs (or is stopped), and is not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def kill(pid: int | None, number: signal.Signals = signal.SIGKILL) -> None:
    assert pid is not None
    os.kill(pid, number)


def wait(true: Callable[[], bool], what: str, patience: float = 15.0) -> float:
    """Poll until it is true; return the seconds that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience, f"waited {patience} s in vain until {what}"
        time.sleep(0.02)
    return time.monotonic() - began


def _applications() -> list[dict[str, Any]]:
    names = ["plain", "signed", *(f"client-{number}" for number in range(CLIENTS))]
    found: list[dict[str, Any]] = [{"id": "gateway", "secret": "gateway-secret", "grants": []}]
    for name in names:
        kind = "jwt" if name == "signed" else "opaque"
        found.append(
            {"id": name, "secret": f"{name}-secret", "access_token": kind, "scopes": ["read"]}
        )
    return found
