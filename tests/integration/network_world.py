"""A World on machines of its own: a control plane, nodes, provider, upstream and Redis, each apart.

Nodes reach provider and upstream over the ``front`` network, control plane and Redis over ``back``.
"""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.integration.admin_world import Admin
from tests.integration.namespaces import Namespaces
from tests.integration.plane_world import PlaneNode
from tests.integration.world import Answer, Client, Process, World

NODES = ("one", "two", "three")
MACHINES = ("plane", "idp", "echo", "redis", *NODES)
ADMIN_TOKEN = "an administrator's token of this test"


class There(Client):
    """A client on one of the machines."""

    def __init__(self, net: Namespaces, machine: str, url: str) -> None:
        super().__init__(url)
        self._net, self._machine = net, machine

    def send(self, *words: Any, **named: Any) -> Answer:
        with self._net.on(self._machine):
            return super().send(*words, **named)


class AdminThere(Admin):
    """An operator at the control plane's machine, with a token."""

    def __init__(self, net: Namespaces, base: str = "") -> None:
        super().__init__(0, base)
        self._net = net
        self._client = There(net, "plane", f"http://{net.address('plane', 'back')}:8001")

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        given = {"Authorization": f"Bearer {ADMIN_TOKEN}", **(headers or {})}
        return self._client.send(method, self.base + path, body, given)

    def of(self, plane: str) -> "AdminThere":
        """Return the API of another control plane."""
        return AdminThere(self._net, f"/v2/control-planes/{plane}/core-entities")


class NetworkWorld(World):
    """net: the machines. admin: the Admin API of the control plane, once ``begin`` was called."""

    net: Namespaces
    control_plane: Process

    # -- what a World has on loopback

    def spawn(self, name: str, *arguments: str) -> Process:
        words = (sys.executable, "-W", "error", "-m", self.program, *arguments)
        return self.run_on(name, name, *words)

    def run_on(self, machine: str, name: str, *words: str) -> Process:
        """Run a command on a machine."""
        process = Process(name, self.net.command(machine, *words), self.environment)
        self.processes.append(process)
        return process

    def relayed(self, machine: str, port: int) -> None:
        """Let the front network reach a port of a machine's loopback."""
        address = f"{self.net.address(machine, 'front')}:{port}"
        words = ("tests.integration.relay", address, f"127.0.0.1:{port}")
        self.run_on(machine, "relay", sys.executable, "-m", *words).ready()

    def start_idp(self, port: int = 8180) -> None:
        self.idp_process = self.spawn(
            "idp", "idp", "--listen", f"127.0.0.1:{port}", "--issuer", self.issuer
        )
        self.idp_process.ready()
        self.relayed("idp", port)
        self.idp = There(self.net, "idp", f"http://127.0.0.1:{port}")

    def start_echo(self) -> None:
        self.echo_process = self.spawn("echo", "echo", "--listen", "127.0.0.1:8280")
        self.echo_process.ready()
        self.relayed("echo", 8280)
        self.echo = There(self.net, "one", f"http://{self.net.address('echo', 'front')}:8280")

    @property
    def issuer(self) -> str:
        return f"http://{self.net.address('idp', 'front')}:8180/oauth2/default"

    # -- what this one has beside it

    @property
    def admin(self) -> AdminThere:
        """The Admin API of the default control plane."""
        return AdminThere(self.net)

    def begin(self, **settings: str) -> None:
        """Start the control plane, also again. settings: GATEPOST_* variables by their ending."""
        given = {f"GATEPOST_{name}": text for name, text in settings.items()}
        address = self.net.address("plane", "back")
        with self._environment(GATEPOST_ADMIN_TOKEN=ADMIN_TOKEN, **given):
            self.control_plane = self.spawn(
                "plane", "control-plane", "--admin", f"{address}:8001",
                "--cluster", f"{address}:8005", "--prefix", str(self.directory / "plane"),
            )  # fmt: skip
        self.control_plane.ready()

    def start_redis(self) -> None:
        """Start a Redis on its machine."""
        address = self.net.address("redis", "back")
        self.run_on(
            "redis", "redis", "redis-server", "--bind", address, "--port", "6379", "--save", "",
            "--appendonly", "no", "--protected-mode", "no", "--dir", str(self.directory),
        )  # fmt: skip

    def new_token(self, admin: Admin | None = None) -> str:
        """Return a new enrolment token."""
        text: str = (admin or self.admin).make("/clustering/tokens")["token"]
        self.secrets.add(text)
        return text

    def begun_node(
        self,
        machine: str,
        *,
        token: str | None = None,
        prefix: str = "",
        program: str = "gatepost",
        proxy: str = "",
    ) -> Process:
        """Start a node on its machine, and do not wait. token: None for one that is enrolled."""
        given = {"GATEPOST_TOKEN": token} if token else {}
        traffic = proxy or f"{self.net.address(machine, 'front')}:8000"
        status = f"127.0.0.1:{8009 if proxy else 8007}"
        with self._environment(**given), self._run_by(program):
            return self.spawn(
                machine, "node", "--prefix", str(self.directory / (prefix or machine)),
                "--proxy", traffic, "--proxy-ssl", "off", "--status", status,
                "--workers", "1", "--drain", "1s",
            )  # fmt: skip

    def served(self, machine: str, process: Process) -> PlaneNode:
        """Wait until a node serves."""
        process.ready()
        status = There(self.net, machine, "http://127.0.0.1:8007")
        ident = status.get("/status").json()["control_plane"]["node"]
        url = f"http://{self.net.address(machine, 'front')}:8000"
        return PlaneNode(process, There(self.net, machine, url), status, ident)

    def seen_as(self, node: PlaneNode, admin: Admin | None = None) -> dict[str, Any]:
        """Return how the control plane sees a node."""
        found: dict[str, Any] = (admin or self.admin).get(f"/clustering/data-planes/{node.id}")
        return found

    @contextlib.contextmanager
    def _run_by(self, program: str) -> Iterator[None]:
        before, self.program = self.program, program
        try:
            yield
        finally:
            self.program = before

    @contextlib.contextmanager
    def _environment(self, **more: str) -> Iterator[None]:
        before = dict(self.environment)
        self.environment.update(more)
        try:
            yield
        finally:
            self.environment.clear()
            self.environment.update(before)


@contextlib.contextmanager
def network_world() -> Iterator[NetworkWorld]:
    """Run one without nodes, its control plane begun, ``/jwt`` and ``/open`` configured."""
    with Namespaces(MACHINES) as net:
        NetworkWorld.net = net
        with NetworkWorld.start("", node=False, secrets=(ADMIN_TOKEN,)) as world:
            assert isinstance(world, NetworkWorld)
            world.status = world.echo
            world.node = world.echo_process
            world.start_redis()
            world.begin()
            admin = world.admin
            admin.make("/services", name="api", url=world.echo.url)
            admin.make("/services/api/routes", name="open", paths=["/open"])
            admin.make("/services/api/routes", name="jwt", paths=["/jwt"])
            config = {
                "issuer": world.issuer,
                "auth_methods": ["bearer"],
                "redis": {"host": net.address("redis", "back"), "port": 6379},
            }
            admin.make("/routes/jwt/plugins", name="openid-connect", config=config)
            yield world
