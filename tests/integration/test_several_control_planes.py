"""Two control planes on one PostgreSQL, and nodes that follow the one or the other."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.plane_world import PlaneNode, PlaneWorld, until
from tests.postgres import PostgresServer, postgres_server

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KEY = "a key of the tests, which both have"


@contextmanager
def two(postgres: PostgresServer) -> Iterator[tuple[PlaneWorld, PlaneWorld]]:
    """Start both at the same moment, on a database that is empty."""
    with PlaneWorld.start(begun=False, DATABASE=postgres.new(), DATABASE_KEY=KEY) as a:
        b = a.beside("other")
        for one in (a, b):
            one.begin(wait=False)
        for one in (a, b):
            one.process.ready()
        try:
            yield a, b
        finally:
            b.admin.close()


def live(node: PlaneNode, path: str, status: int, token: str | None = None) -> float:
    """Wait until a path answers so, which must be within a second; return how long it took."""
    took = until(lambda: node.get(path, token=token).status == status, f"{path} is {status}", 5)
    assert took < 1.0
    return took


def told(node: PlaneNode) -> dict[str, object]:
    found: dict[str, object] = node.status.get("/status").json()["control_plane"]
    return found


def test_what_is_done_at_one_holds_at_the_nodes_of_the_other(postgres: PostgresServer) -> None:
    with two(postgres) as (a, b):
        a.guard()
        one, other = a.node("one"), b.node("two")
        token = a.jwt()
        for node in (one, other):
            live(node, "/jwt/get", 200, token)
        took = []
        for n in range(5):
            a.admin.make("/services/api/routes", name=f"r{n}", paths=[f"/r{n}"])
            took.append(live(other, f"/r{n}/get", 401))
        print("a write at A is live at a node of B after", [f"{t * 1000:.0f} ms" for t in took])

        other.get("/jwt/get", token=token, **{"Gatepost-Trace": "seen-at-b"})
        for plane in (a, b):
            until(lambda p=plane: p.admin.get("/traces", mark="seen-at-b")["data"], "both tell", 5)

        reply = a.admin.json("POST", "/revocations", {"token": token}).json()
        took_revocation = live(other, "/jwt/get", 401, token)
        print(f"a revocation at A bites at a node of B {took_revocation * 1000:.0f} ms later")
        assert one.get("/jwt/get", token=token).status == 401
        assert reply["nodes"] == {"connected": 1, "applied": 1, "missing": []}
        assert reply["elsewhere"] == [other.id]
        assert "not waited for: 1" in reply["reach"]

        assert a.admin.send("DELETE", f"/clustering/data-planes/{other.id}?why=sold").status == 204
        until(lambda: "sold" in str(told(other)["problem"]), "the node of B is told at once", 1)
        assert other.get("/jwt/get").status == 401, "it goes on with what it has"
        again = b.admin.json("POST", "/revocations", {"client": "nobody"}).json()
        assert again["elsewhere"] == [one.id], "who was turned away is not counted"


def test_nodes_whose_control_plane_dies_go_to_the_other_and_later_start_there_too(
    postgres: PostgresServer,
) -> None:
    with two(postgres) as (a, b):
        a.admin.make("/services", name="api", url=a.echo)
        places = f"127.0.0.1:{a.cluster_port},127.0.0.1:{b.cluster_port}"
        nodes = [
            a.node("by-token", token=a.token(address=places)),
            a.node("by-flag", "--control-plane", places),
        ]
        assert {told(node)["address"] for node in nodes} == {f"127.0.0.1:{a.cluster_port}"}
        a.process.stop(signal.SIGKILL)
        there = f"127.0.0.1:{b.cluster_port}"
        for node in nodes:
            took = until(lambda node=node: told(node)["address"] == there
                         and told(node)["connected"], "it follows the other", 10)  # fmt: skip
            print(f"{took * 1000:.0f} ms after the kill it follows the other")
        b.admin.make("/services/api/routes", name="new", paths=["/new"])
        for node in nodes:
            live(node, "/new/get", 200)
        # the first address is still dead when the node starts, and is remembered with the second
        nodes[0].process.stop()
        b.admin.make("/services/api/routes", name="late", paths=["/late"])
        again = b.node("by-token", token=None)
        assert again.get("/late/get").status == 200, "it heard of it before it served"
        # a new node with the same two addresses is enrolled by the one that lives
        fresh = b.node("fresh", token=b.token(address=places))
        assert fresh.get("/late/get").status == 200


def test_a_database_that_goes_away_is_waited_for_and_nothing_is_lost() -> None:
    with postgres_server(durable=True) as postgres, two(postgres) as (a, b):
        a.admin.make("/services", name="api", url=a.echo)
        kept = {a.admin.make("/services/api/routes", paths=["/open"])["id"]}
        node = b.node("one")
        live(node, "/open/get", 200)
        postgres.stop(signal.SIGQUIT)
        until_back, refused = time.monotonic() + 3, 0
        while time.monotonic() < until_back:
            for world in (a, b):
                reply = world.admin.json("POST", "/services/api/routes", {"paths": ["/no"]})
                assert reply.status == 503, reply.body
                assert int(reply.headers["retry-after"]) >= 1
                refused += 1
            assert node.get("/open/get").status == 200
            time.sleep(0.2)
        postgres.start()
        back = time.monotonic()

        def written() -> bool:
            reply = a.admin.json("POST", "/services/api/routes", {"paths": ["/back"]})
            if reply.status == 201:
                kept.add(reply.json()["id"])
            return reply.status == 201

        until(written, "A writes again", 10)
        print(f"{refused} calls were 503; A writes {time.monotonic() - back:.2f} s after the start")
        until(lambda: node.get("/back/get").status == 200, "the node of B hears of it", 15)
        print(f"the node of B runs it {time.monotonic() - back:.2f} s after the start")
        assert {one["id"] for one in b.admin.get("/routes")["data"]} == kept
        until(lambda: told(node)["connected"], "the feed is back", 15)

        def prompt() -> bool:
            path = f"/prompt-{time.monotonic()}"
            a.admin.make("/services/api/routes", paths=[path])
            return until(lambda: node.get(f"{path}/get").status == 200, path, 15) < 1

        until(prompt, "B hears by notifications again, not by its look every 10 s", 15)
        for world in (a, b):
            assert world.process.popen.poll() is None
            assert "unexpected" not in world.process.output
            assert "Traceback" not in world.process.output, world.process.output
