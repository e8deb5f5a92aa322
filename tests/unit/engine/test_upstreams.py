from collections import Counter
from typing import Any

import pytest

from gatepost.engine.upstreams import Peer, pool_of, tls_name, turns, upstream_host
from gatepost.model import Service, Snapshot, Target, Upstream

ID = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"


def world(
    targets: dict[str, int], host_header: str | None = None, **fields: Any
) -> tuple[Snapshot, Service]:
    service = Service(id=ID, host="pool.test", **fields)
    made = tuple(
        Target(id=f"00000000-0000-4000-8000-0000000001{n:02d}", upstream=OTHER, target=t, weight=w)
        for n, (t, w) in enumerate(targets.items())
    )
    upstream = Upstream(id=OTHER, name="pool.test", host_header=host_header)
    return Snapshot(services=(service,), upstreams=(upstream,), targets=made), service


@pytest.mark.parametrize("weights", [[1], [5, 1, 1], [100, 200], [7, 3, 2], [65535, 65535]])
def test_a_round_gives_everyone_exactly_the_turns_of_its_weight(weights: list[int]) -> None:
    found = Counter(turns(weights))
    assert len({found[n] / weight for n, weight in enumerate(weights)}) == 1


def test_turns_are_spread() -> None:
    assert turns([5, 1, 1]) == (0, 0, 1, 0, 2, 0, 0)


def test_a_long_round_is_scaled_and_nobody_is_left_out() -> None:
    found = Counter(turns([65535, 1, 32768]))
    assert sum(found.values()) < 3000
    assert found[1] >= 1
    assert found[0] / found[2] == pytest.approx(2, rel=0.01)


def test_without_peers_there_are_no_turns() -> None:
    assert turns([]) == ()


def test_a_service_without_an_upstream_is_its_own_peer() -> None:
    service = Service(id=ID, host="api.test", port=81)
    assert pool_of(Snapshot(services=(service,)), service).peers == (Peer("api.test", 81),)


def test_targets_count_once_and_zero_is_off() -> None:
    snapshot, service = world({"a.test:80": 10, "b.test:80": 0, "c.test": 20})
    pool = pool_of(snapshot, service)
    assert [(peer.host, peer.port) for peer in pool.peers] == [("a.test", 80), ("c.test", 8000)]
    assert Counter(pool.turns) == {0: 1, 1: 2}


@pytest.mark.parametrize(
    ("fields", "host"),
    [
        ({"host": "api.test"}, "api.test"),
        ({"host": "api.test", "port": 81}, "api.test:81"),
        ({"host": "api.test", "port": 443, "protocol": "https"}, "api.test"),
        ({"host": "[::1]", "port": 81}, "[::1]:81"),
    ],
)
def test_the_host_names_a_port_that_is_not_the_protocols_own(
    fields: dict[str, Any], host: str
) -> None:
    service = Service(id=ID, **fields)
    assert upstream_host(Snapshot(services=(service,)), service) == host


def test_the_host_of_an_upstream_is_its_header_or_what_its_targets_share() -> None:
    assert upstream_host(*world({"a.test:80": 1, "b.test:80": 1})) == "pool.test"
    assert upstream_host(*world({"a.test:81": 1})) == "a.test:81"
    assert upstream_host(*world({"127.0.0.1:81": 1})) == "pool.test"
    assert upstream_host(*world({"a.test:81": 1}, "h.test")) == "h.test"


def test_tls_asks_for_the_name_that_is_the_host() -> None:
    assert tls_name(*world({"a.test:443": 1}, "h.test", protocol="https")) == "h.test"
    assert tls_name(*world({"a.test:443": 1}, protocol="https")) == "a.test"
    assert tls_name(*world({"127.0.0.1:443": 1}, protocol="https")) == "pool.test"
