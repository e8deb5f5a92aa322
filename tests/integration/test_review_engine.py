"""Holes that a hostile reading of the engine found, each closed and kept closed."""

import json
import socket
import time

import pytest

from tests.integration.engine_world import EngineWorld
from tests.integration.recorder import Recorder, Seen

pytestmark = pytest.mark.integration


def one_service(port: int, **route: object) -> str:
    route = {"name": "s", "paths": ["/s"], **route}
    service = {"name": "s", "host": "127.0.0.1", "port": port, "routes": [route]}
    return json.dumps({"_format_version": "3.0", "services": [service]})


def odd_status(seen: Seen, connection: socket.socket) -> bool:
    status = seen.target.rpartition("/")[2]
    connection.sendall(f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode())
    return True


def counted(world: EngineWorld) -> int:
    counters = world.control("GET", "/metrics").json()["counters"]
    slots = {key: value for key, value in counters.items() if key.startswith("request\t")}
    return sum(value for key, value in slots.items() if int(key.split("\t")[2]) < 96)


def test_a_status_beyond_599_from_an_upstream_stays_inside_the_histogram() -> None:
    statuses = [200, 599, 600, 700, 999]
    with (
        Recorder(behave=odd_status) as upstream,
        EngineWorld(one_service(upstream.port)) as world,
    ):
        for status in statuses:
            assert world.get(f"/s/{status}").status == status
        deadline = time.monotonic() + 5
        while counted(world) < len(statuses) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert counted(world) == len(statuses)


def test_the_host_that_was_routed_is_the_host_that_is_sent() -> None:
    with (
        Recorder() as upstream,
        EngineWorld(one_service(upstream.port, preserve_host=True)) as world,
    ):
        for named, given, sent in (
            ("10.0.0.1", "10.0.0.12", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.1:8000", "10.0.0.1:8000"),
            ("gate.test", "GATE.test.:80", "GATE.test.:80"),
            ("gate.test", "gate.test9", "gate.test"),
            ("gate.test", "other.test", "gate.test"),
        ):
            line = f"GET http://{named}/s HTTP/1.1\r\nHost: {given}\r\nConnection: close\r\n\r\n"
            assert b" 200 " in world.raw(line.encode())
            assert upstream.seen[-1].all("Host") == [sent]


def test_long_paths_do_not_fill_a_workers_memory() -> None:
    """Anybody may ask for paths of kilobytes; what is kept of them is bounded in bytes."""
    # Without TLS the route answers 426 at once, after its path was remembered.
    with EngineWorld(one_service(1, protocols=["https"])) as world:
        with socket.create_connection(("127.0.0.1", world.port), timeout=30) as connection:
            stream = connection.makefile("rb")
            for turn in range(120):
                lines = (
                    b"GET /s/%04d%04d%s HTTP/1.1\r\nHost: a\r\n\r\n" % (turn, number, b"a" * 7500)
                    for number in range(100)
                )
                connection.sendall(b"".join(lines))
                for _ in range(100):
                    assert b" 426 " in stream.readline()
                    length = 0
                    while (line := stream.readline()) != b"\r\n":
                        name, _, value = line.partition(b":")
                        length = int(value) if name.lower() == b"content-length" else length
                    stream.read(length)
        counters = world.control("GET", "/metrics").json()["counters"]
        assert counters["bytes\tlua\t0"] < 130 * 1048576


def two_routes(port: int, *names: str) -> str:
    routes = [{"name": name, "id": IDS[name], "paths": [f"/{name}"]} for name in names]
    service = {"name": "s", "host": "127.0.0.1", "port": port, "routes": routes}
    return json.dumps({"_format_version": "3.0", "services": [service]})


IDS = {name: f"00000000-0000-4000-8000-00000000000{n}" for n, name in enumerate("ab")}


def test_what_was_counted_of_a_removed_route_is_forgotten() -> None:
    with (
        Recorder() as upstream,
        EngineWorld(two_routes(upstream.port, "a", "b"), workers=2) as world,
    ):

        def counts() -> dict[str, int]:
            """Return the keys that each route has in the zone."""
            keys = world.control("GET", "/metrics").json()["counters"]
            return {name: sum(IDS[name] in key for key in keys) for name in IDS}

        for name in ("a", "b", "b"):
            assert world.get(f"/{name}").status == 200
        world.wait(lambda: min(counts().values()) > 1)  # name and count; seconds may be 0.000
        only = two_routes(upstream.port, "a")
        world.push(only)
        world.push(only)  # the version before holds it until now
        world.wait(lambda: counts()["b"] == 0)
        assert counts()["a"] > 1
        assert "[error]" not in world.log()
