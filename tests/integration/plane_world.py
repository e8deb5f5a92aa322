"""A World with a real control plane in it, and nodes that follow it.

with PlaneWorld.start() as world:
    node = world.node("one")
    world.admin.make("/services", name="api", url=world.echo)
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.admin_world import Admin
from tests.integration.world import PATIENCE, Answer, Client, Process, World
from tests.ports import free_port

NOTHING = b'_format_version: "3.0"\nservice_packages: []'
"""A file that takes everything away."""


def until(what: Callable[[], Any], words: str, patience: float = PATIENCE) -> float:
    """Wait until something is so; return the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < patience, f"not within {patience:.0f} s: {words}"
        time.sleep(0.01)
    return time.monotonic() - began


@dataclass
class PlaneNode:
    """A node of the control plane. id: as the control plane knows it."""

    process: Process
    proxy: Client
    status: Client
    id: str

    def get(self, path: str, *, token: str | None = None, **headers: str) -> Answer:
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.proxy.get(path, headers)


class PlaneWorld:
    """admin: a client of the Admin API. echo, issuer: URLs for configuration."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.echo, self.issuer = world.echo.url, world.issuer
        self.cluster_port, self.admin_port = free_port(), free_port()
        self.admin = Admin(self.admin_port)
        self._names: set[str] = set()
        self._round = 0

    def beside(self, name: str) -> "PlaneWorld":
        """Return another control plane on the same database, which has not begun."""
        made = PlaneWorld(self.world)
        made.settings, made.name = self.settings, name
        return made

    @classmethod
    @contextlib.contextmanager
    def start(cls, *, begun: bool = True, **settings: str) -> "Iterator[PlaneWorld]":
        """Run it. settings: of the control plane, GATEPOST_* variables by their ending."""
        with World.start("", node=False) as world:
            world.node, world.status = world.echo_process, world.echo
            made = cls(world)
            made.settings = settings
            if begun:
                made.begin()
            try:
                yield made
            finally:
                made.admin.close()
                for process in reversed(world.processes):
                    with contextlib.suppress(AssertionError):
                        process.stop()

    name = "control-plane"
    settings: dict[str, str]
    process: Process

    def begin(self, *arguments: str, wait: bool = True) -> Process:
        """Start the control plane; also again, with what it had."""
        environment = dict(self.world.environment)
        self.world.environment |= {f"GATEPOST_{k}": v for k, v in self.settings.items()}
        try:
            self.process = self.world.spawn(
                self.name, "control-plane",
                "--admin", f"127.0.0.1:{self.admin_port}",
                "--cluster", f"127.0.0.1:{self.cluster_port}",
                "--prefix", str(self.world.directory / self.name), *arguments,
            )  # fmt: skip
        finally:
            self.world.environment.clear()
            self.world.environment.update(environment)
        if wait:
            self.process.ready()
        return self.process

    def token(self, **wish: Any) -> str:
        """Return a new token that admits a node."""
        text: str = self.admin.make("/clustering/tokens", **wish)["token"]
        self.world.secrets.add(text)
        return text

    def node(self, name: str = "node", *arguments: str, token: str | None = "") -> PlaneNode:
        """Start a node and wait until it serves. token: None for one that is enrolled already."""
        self._names.add(name)
        environment = dict(self.world.environment)
        self.world.environment["GATEPOST_REPORT_EVERY"] = "1s"
        if token is not None:
            self.world.environment["GATEPOST_TOKEN"] = token or self.token()
        try:
            process = self.world.spawn(
                name, "node", "--prefix", str(self.world.directory / f"{name}-{self._round}"),
                "--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
                "--workers", "1", "--drain", "1s", *arguments,
            )  # fmt: skip
        finally:
            self.world.environment.clear()
            self.world.environment.update(environment)
        places = dict(word.split("=", 1) for word in process.ready().split()[1:])
        status = Client(places["status"])
        ident = status.get("/status").json()["control_plane"]["node"]
        return PlaneNode(process, Client(places["proxy"]), status, ident)

    def empty(self) -> None:
        """Stop its nodes, and let it have no entities, for a test that shares it with others."""
        for process in self.world.processes:
            if process.name in self._names:
                process.stop()
        self._names.clear()
        self._round += 1
        told = self.admin.send("POST", "/declarative/apply", NOTHING)
        assert told.status == 200, told.body

    def guard(self) -> None:
        """Make a service with one route, /jwt, that wants a bearer token of the provider."""
        self.admin.make("/services", name="api", url=self.echo)
        self.admin.make("/services/api/routes", name="jwt", paths=["/jwt"])
        config = {"issuer": self.issuer, "auth_methods": ["bearer"]}
        self.admin.make("/services/api/plugins", name="openid-connect", config=config)

    def shown(self, node: PlaneNode) -> dict[str, Any]:
        """Return how the control plane sees a node."""
        found: dict[str, Any] = self.admin.get(f"/clustering/data-planes/{node.id}")
        return found

    def jwt(self, client: str = "tutorial-jwt") -> str:
        """Return a token of the provider."""
        return self.world.token(client)
