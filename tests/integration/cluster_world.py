"""A World whose nodes follow a control plane: the real listener, with what it needs in memory."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from gatepost.feed.authority import Authority, fingerprint, make_authority
from gatepost.feed.listener import ClusterListener, Reached
from gatepost.feed.patience import Patience
from gatepost.store.kong_yaml import read
from gatepost.values import Address
from tests.integration.world import Client, Node, World
from tests.ports import free_port
from tests.providers.keepers import Kept

T = TypeVar("T")
PLANE = "plane-a"


class Cluster:
    """A control plane in a thread of this process; what it keeps outlives ``stop``."""

    def __init__(self, *, life: float = 86400.0, patience: Patience | None = None) -> None:
        self.kept = Kept(time.time)
        self.authority: Authority = make_authority(now=time.time())
        self.address = Address("127.0.0.1", free_port())
        self._life, self._patience = life, patience
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.listener: ClusterListener | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def start(self) -> None:
        async def begin() -> ClusterListener:
            made = ClusterListener(
                self.address, self.authority, self.kept.keepers, life=self._life,
                patience=self._patience,
            )  # fmt: skip
            await made.start()
            return made

        self.listener = self.run(begin())

    def stop(self) -> None:
        if self.listener is not None:
            self.run(self.listener.stop())
            self.listener = None

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def token(self, plane: str = PLANE, life: float = 3600.0) -> str:
        pin = fingerprint(self.authority.certificate)
        return self.kept.tickets.make(self.address, pin, plane, life)

    def publish(self, text: str, plane: str = PLANE) -> str:
        """Publish a kong.yaml; return its hash."""
        made = self.kept.planes.publish(plane, read(text))
        self.changed(plane)
        return made.hash

    def changed(self, plane: str = PLANE) -> None:
        if self.listener is not None:
            self._loop.call_soon_threadsafe(self.listener.changed, plane)

    def revoke(self, *entries: dict[str, Any], plane: str = PLANE) -> Reached:
        assert self.listener is not None
        return self.run(self.listener.revoked(plane, entries))

    def dismiss(self, node: str, why: str, plane: str = PLANE) -> bool:
        assert self.listener is not None
        self.kept.members.revoked[node] = why
        return self.run(self.listener.dismiss(plane, node, why))


class ClusterWorld:
    """A World and a Cluster; nodes are started by ``node``."""

    def __init__(self, world: World, cluster: Cluster) -> None:
        self.world, self.cluster = world, cluster

    @classmethod
    @contextlib.contextmanager
    def start(
        cls, text: str = "", *, life: float = 86400.0, patience: Patience | None = None,
        environment: dict[str, str] | None = None,
    ) -> "Iterator[ClusterWorld]":  # fmt: skip
        cluster = Cluster(life=life, patience=patience)
        try:
            with World.start(text, node=False, environment=environment) as world:
                world.node = world.echo_process
                world.status = world.echo
                made = cls(world, cluster)
                cluster.start()
                if text:
                    made.publish(text)
                try:
                    yield made
                finally:
                    for process in reversed(world.processes):
                        with contextlib.suppress(AssertionError):
                            process.stop()
        finally:
            cluster.close()

    def publish(self, text: str, plane: str = PLANE) -> str:
        for name, value in (
            ("$ISSUER", self.world.issuer),
            ("$IDP", self.world.idp.url),
            ("$ECHO", self.world.echo.url),
        ):
            text = text.replace(name, value)
        return self.cluster.publish(text, plane)

    def token(self, plane: str = PLANE, life: float = 3600.0) -> str:
        made = self.cluster.token(plane, life)
        self.world.secrets.add(made)
        return made

    def spawn(self, name: str, token: str | None, *more: str) -> tuple[Any, Path]:
        """Start a node and do not wait for it."""
        prefix = self.world.directory / name
        environment = dict(self.world.environment)
        if token is not None:
            self.world.environment["GATEPOST_TOKEN"] = token
        try:
            process = self.world.spawn(
                name, "node", "--prefix", str(prefix),
                "--proxy", "127.0.0.1:0", "--proxy-ssl", "off",
                "--workers", "1", "--drain", "1s", *more,
            )  # fmt: skip
        finally:
            self.world.environment = environment
        return process, prefix

    def node(self, name: str = "node", token: str | None = None, *more: str) -> Node:
        """Start a node and wait until it is READY."""
        process, prefix = self.spawn(name, token, "--status", "127.0.0.1:0", *more)
        ready = dict(word.split("=", 1) for word in process.ready().split()[1:])
        return Node(process, Client(ready["proxy"]), Client(ready["status"]), prefix)


def control_plane(node: Node) -> dict[str, Any]:
    """Return what a node says of its control plane."""
    found: dict[str, Any] = node.status.get("/status").json()["control_plane"]
    return found


def until(true: Any, what: str, patience: float = 15.0) -> float:
    """Wait; return the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience, f"waited in vain until {what}"
        time.sleep(0.02)
    return time.monotonic() - began
