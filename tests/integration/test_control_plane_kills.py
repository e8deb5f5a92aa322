"""``kill -9`` of a control plane while ten tasks write over HTTP, as decK does: what it had
acknowledged is there afterwards, in the log too, and its node runs exactly that.
"""

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.admin_world import Admin
from tests.integration.plane_world import PlaneWorld, until
from tests.postgres import postgres_server

pytestmark = [pytest.mark.integration, pytest.mark.slow]

AT_ONCE = 10
WRITES = {"sqlite": (1000, (250, 600)), "postgres": (400, (100, 250))}
"""How many, and acknowledged writes after which it is killed: as many as decK has of a large
configuration where we keep the data, fewer where PostgreSQL does, which is proven elsewhere."""


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest) -> Iterator[PlaneWorld]:
    if request.param == "sqlite":
        with PlaneWorld.start() as made:
            yield made
    else:
        with (
            postgres_server(durable=True) as postgres,
            PlaneWorld.start(DATABASE=postgres.new()) as made,
        ):
            yield made


class Writers:
    """Write services by id until each is acknowledged; whoever is cut off asks again."""

    def __init__(self, world: PlaneWorld) -> None:
        self.acknowledged: set[str] = set()
        self.again = 0
        self._port = world.admin_port
        self._lock = threading.Lock()

    def run(self, idents: list[str]) -> None:
        admin = Admin(self._port)
        for ident in idents:
            while not self._write(admin, ident):
                self.again += 1
                time.sleep(0.05)
        admin.close()

    def _write(self, admin: Admin, ident: str) -> bool:
        try:
            body = {"name": f"s-{ident}", "host": "up.test", "retries": 3}
            reply = admin.json("PUT", f"/services/{ident}", body)
        except OSError:
            return False
        assert reply.status == 200, reply.body
        with self._lock:
            self.acknowledged.add(ident)
        return True


def all_of(world: PlaneWorld, path: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    following: str | None = f"{path}{'&' if '?' in path else '?'}size=1000"
    while following:
        page = world.admin.get(following)
        found += page["data"]
        following = page["next"]
    return found


def test_what_was_acknowledged_is_there_after_each_kill_and_the_node_runs_it(
    world: PlaneWorld, request: pytest.FixtureRequest
) -> None:
    node = world.node()
    writes, kills = WRITES[request.node.callspec.params["world"]]
    idents = [str(uuid.uuid4()) for _ in range(writes)]
    writers, began = Writers(world), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        writing = [pool.submit(writers.run, idents[n::AT_ONCE]) for n in range(AT_ONCE)]
        for kill in kills:
            until(lambda kill=kill: len(writers.acknowledged) >= kill, f"{kill} writes")
            world.process.stop(signal.SIGKILL)
            known = set(writers.acknowledged)
            world.admin.close()
            world.begin()
            there = {str(one["id"]) for one in all_of(world, "/services")}
            noted = [str(one["entity"]) for one in all_of(world, "/audit?kind=services")]
            assert known <= there
            assert known <= set(noted)
        for one in writing:
            one.result()
    took = time.monotonic() - began
    services = all_of(world, "/services")
    assert {str(one["id"]) for one in services} == set(idents)
    noted = [
        str(one["entity"])
        for one in all_of(world, "/audit?kind=services")
        if one["action"] == "create"
    ]
    assert sorted(noted) == sorted(idents), "each was made once, and that stands in the log"
    until(
        lambda: world.shown(node)["in_sync"], "the node runs what the control plane publishes", 15
    )
    running = node.status.get("/status").json()["configuration"]["hash"]
    shown = world.shown(node)
    assert running.startswith(shown["config_hash"])
    version = world.admin.send("GET", "/declarative").headers["etag"]
    assert version == f'"{shown["config_version"]}"'
    print(
        f"{writes} writes with {len(kills)} kills in {took:.1f} s; {writers.again} were sent again"
    )
