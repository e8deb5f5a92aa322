from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gatepost.model import Snapshot
from gatepost.node import report
from gatepost.node.families import FAMILIES
from gatepost.node.reading import configure
from gatepost.node.rooms import Rooms
from gatepost.node.settings import NodeSettings
from gatepost.values import RedisSettings

pytestmark = pytest.mark.anyio

ENGINE = {
    "counters": {
        "decision\tlevel1": 7,
        "decision\tasked": 2,
        "bytes\tlua\t0": 1048576,
        "bytes\tlua\t1": 1048576,
        "running\t0": 3,
        "unmatched": 1,
        "limited": 4,
        "streams_ended": 5,
        "route\tr1": "orders\tapi",
        "request\tr1\t33": 2,  # class 2xx, second bucket
        "request\tr1\t64": 1,  # class 4xx, first bucket
        "request\tr1\t79": 1,  # class 4xx, beyond the last edge
        "request\tr1\t96": 12.5,
        "consumer\tr1\tc1\t2": 3,
        "consumer\tr1\t\t4": 1,
    },
    "edges": [0.001, 0.002],
    "zones": {"l2": {"capacity": 2 << 20, "free": 1 << 20}},
    "server": {"connections_active": 2, "total_requests": 9},
}
AUTHORIZER = (
    "# TYPE gatepost_provider_calls_total counter\n"
    'gatepost_provider_calls_total{purpose="jwks",result="2xx"} 2\n'
    'gatepost_provider_calls_total{purpose="jwks",result="provider.timeout"} 1\n'
)

ERRANDS = [
    ("gatepost_errands_total", {"event": "made"}, 3),
    ("gatepost_provider_calls_total", {"purpose": "token", "result": "2xx"}, 3),
]


class Process:
    """A process as the report sees it: a name, and what it says of itself."""

    def __init__(self, name: str, said: Any) -> None:
        self.process = SimpleNamespace(name=name, pid=7, up=True, restarts=-1)
        self._said = said

    async def metrics(self) -> Any:
        return self._said


class Nobody:
    """One who follows rooms and has nothing to say."""

    def live(self) -> list[Any]:
        return []

    async def hear(self, room: str, revocations: Any) -> int:
        return 0

    async def gap(self, room: str, why: str) -> None: ...


def node(
    engine: dict[str, Any], text: str, *, configured: bool = True, rooms: Rooms | None = None
) -> Any:
    read = (
        configure(Snapshot(), "it", secret=b"s" * 32, node_secret=b"n" * 32, vault={})
        if configured
        else None
    )
    return SimpleNamespace(
        engine=Process("nginx", engine),
        authorizers=SimpleNamespace(members=[Process(f"authorizer {n}", text) for n in range(2)]),
        configuration=read,
        not_ready=lambda: None if configured else "no configuration available",
        nginx=SimpleNamespace(version="nginx/1.22.1"),
        settings=NodeSettings(Path("kong.yaml"), Path("/srv/node")),
        names=SimpleNamespace(unresolved=("away.example",)),
        revoking=SimpleNamespace(last=3, live=lambda: [1, 2]),
        rooms=rooms or Rooms(),
        errands=SimpleNamespace(samples=lambda: iter(ERRANDS)),
        began=0.0,
        running=SimpleNamespace(changed_at=0.0, versions=1),
        source=SimpleNamespace(status=lambda: {"configuration": {"file": "kong.yaml"}}),
        last_problem=None,
    )


async def test_status_is_kongs_picture_with_ours_beside_it() -> None:
    shown = await report.status(node(ENGINE, AUTHORIZER))
    assert shown["server"]["connections_active"] == 2
    assert shown["server"]["connections_reading"] == 0
    assert len(shown["configuration_hash"]) == 32
    assert shown["memory"]["lua_shared_dicts"]["l2"]["allocated_slabs"] == "1.00 MiB"
    assert len(shown["memory"]["workers_lua_vms"]) == 2
    assert shown["providers"] == [
        {"purpose": "jwks", "good": 4, "bad": 2},
        {"purpose": "token", "good": 3, "bad": 0},
    ]
    assert shown["rooms"] == []
    assert [one["name"] for one in shown["processes"]] == ["nginx", "authorizer 0", "authorizer 1"]
    assert [one["restarts"] for one in shown["processes"]] == [0, 0, 0]
    assert shown["revocations"] == {"last": 3, "live": 2, "reach": "this node only"}
    assert shown["names"] == {"unresolved": ["away.example"]}


async def test_without_nginx_and_a_configuration_there_are_zeros() -> None:
    shown = await report.status(node({}, "", configured=False))
    assert (shown["configuration_hash"], shown["ready"]) == ("0" * 32, False)
    assert set(shown["server"].values()) == {0}
    assert "gatepost_ready 0\n" in await report.metrics(node({}, "", configured=False))


async def test_metrics_of_all_processes_are_added_up() -> None:
    lines = (await report.metrics(node(ENGINE, AUTHORIZER))).splitlines()
    labels = 'route="orders",service="api"'
    for line in (
        'gatepost_provider_calls_total{purpose="jwks",result="2xx"} 4',
        'gatepost_decisions_total{event="level1"} 7',
        'gatepost_memory_bytes{memory="lua"} 2097152',
        'gatepost_errands_total{event="made"} 3',
        'gatepost_provider_calls_total{purpose="token",result="2xx"} 3',
        "gatepost_requests_running 3",
        "gatepost_limited_total 4",
        "gatepost_streams_ended_total 5",
        'gatepost_process_up{process="authorizer-1"} 1',
        'gatepost_zone_bytes{what="free",zone="l2"} 1048576',
        f'gatepost_http_requests_total{{code="2xx",{labels}}} 2',
        f'gatepost_http_requests_total{{code="4xx",{labels}}} 2',
        f'gatepost_http_request_seconds_bucket{{le="0.001",{labels}}} 1',
        f'gatepost_http_request_seconds_bucket{{le="0.002",{labels}}} 3',
        f'gatepost_http_request_seconds_bucket{{le="+Inf",{labels}}} 4',
        f"gatepost_http_request_seconds_sum{{{labels}}} 12.5",
        f"gatepost_http_request_seconds_count{{{labels}}} 4",
        f'gatepost_consumer_requests_total{{code="2xx",consumer="c1",{labels}}} 3',
        f'gatepost_consumer_requests_total{{code="4xx",consumer="other",{labels}}} 1',
    ):
        assert line in lines


async def test_rooms_are_shown_and_counted() -> None:
    rooms = Rooms()
    await rooms.want([RedisSettings(port=1)], Nobody())
    name = "127.0.0.1:1 sessions"
    try:
        await rooms.tried()
        shown = await report.status(node(ENGINE, AUTHORIZER, rooms=rooms))
        (room,) = shown["rooms"]
        assert (room["name"], room["connected"], room["last"]) == (name, False, "0-0")
        assert "cannot be reached" in room["problem"]
        reach = f"this node only; away, and told when it is back: {name}"
        assert shown["revocations"]["reach"] == reach
        text = await report.metrics(node(ENGINE, AUTHORIZER, rooms=rooms))
        assert f'gatepost_room_up{{room="{name}"}} 0\n' in text
        assert f'gatepost_room_revocations_total{{room="{name}"}} 0\n' in text
    finally:
        await rooms.close()


async def test_every_family_that_is_shown_is_known_and_explained() -> None:
    text = await report.metrics(node(ENGINE, AUTHORIZER))
    shown = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    helped = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP ")}
    assert shown == helped
    assert shown <= FAMILIES.keys()
    names = {line.split("{")[0].split()[0] for line in text.splitlines() if line[0] != "#"}
    parts = {name.rpartition("_")[0] for name in names - FAMILIES.keys()}
    assert parts <= {"gatepost_http_request_seconds"}


async def test_a_node_of_a_control_plane_shows_how_it_stands_with_it() -> None:
    made = node(ENGINE, AUTHORIZER)
    above = {"connected": True, "certificate_expires": 1.5e9}
    made.source = SimpleNamespace(
        status=lambda: {"configuration": {"version": 7}, "control_plane": above}
    )
    shown = await report.status(made)
    assert shown["control_plane"] == above
    assert shown["configuration"]["version"] == 7
    text = await report.metrics(made)
    assert "gatepost_control_plane_up 1\n" in text
    assert "gatepost_control_plane_certificate_expires 1500000000\n" in text
