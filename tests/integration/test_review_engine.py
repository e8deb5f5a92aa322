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
