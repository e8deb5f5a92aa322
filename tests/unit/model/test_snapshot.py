import json
import random
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from gatepost.model import (
    KINDS,
    Consumer,
    Plugin,
    Route,
    Service,
    ServicePackage,
    ServiceVersion,
    Snapshot,
    Target,
    Upstream,
)
from gatepost.model import derived_id as ident
from gatepost.values import Fault

A, B = ident("services", "a"), ident("services", "b")
U = ident("upstreams", "u")
FULL = Snapshot(
    services=(
        Service(id=A, name="a", host="u.internal", path="/v1"),
        Service(id=B, name="b", host="b", enabled=False),
    ),
    routes=tuple(
        Route(
            id=ident("routes", str(n)),
            paths=(f"/{n}",),
            service=(A, B, None)[n % 3],
            created_at=9 - n,
        )
        for n in range(9)
    ),
    upstreams=(Upstream(id=U, name="U.internal"),),
    targets=tuple(
        Target(id=ident("targets", str(n)), upstream=U, target=f"10.0.0.{n}", weight=n)
        for n in range(3)
    ),
    consumers=(Consumer(id=ident("consumers", "ann"), username="ann", custom_id="b\u00fccher"),),
    plugins=(
        Plugin(
            id=ident("plugins", "x"),
            name="x",
            config={"b": [1, {"z": 1.5, "a": None}], "a": "{vault://env/X}"},
        ),
        Plugin(id=ident("plugins", "y"), name="x", service=A),
    ),
)


def _shuffled(seed: int) -> Snapshot:
    order = random.Random(seed)
    kinds = {}
    for kind in KINDS:
        entities = list(getattr(FULL, kind))
        order.shuffle(entities)
        kinds[kind] = tuple(entities)
    return Snapshot(**kinds)  # type: ignore[arg-type]


def test_a_snapshot_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        FULL.routes = ()  # type: ignore[misc]


def test_every_kind_is_a_field() -> None:
    assert [field.name for field in fields(Snapshot)] == list(KINDS)


@pytest.mark.parametrize("seed", range(5))
def test_the_hash_is_the_same_for_any_order_of_the_same_content(seed: int) -> None:
    assert _shuffled(seed).hash == FULL.hash
    assert _shuffled(seed).to_bytes() == FULL.to_bytes()
    assert _shuffled(seed) == FULL


def test_what_is_for_people_alone_is_neither_in_the_bytes_nor_in_the_hash() -> None:
    package = ServicePackage(id=ident("service_packages", "p"), name="p", document="written")
    version = ServiceVersion(
        id=ident("service_versions", "v"), version="1", service_package=package.id, service=A
    )
    more = replace(FULL, service_packages=(package,), service_versions=(version,))
    assert more != FULL
    assert more.to_bytes() == FULL.to_bytes()
    assert more.hash == FULL.hash
    assert more.consistent() == []
    assert Snapshot.from_bytes(more.to_bytes()) == FULL
    lost = replace(more, services=())
    assert ("service_versions", "service") in {(one.kind, one.field) for one in lost.consistent()}


def test_nobody_sends_what_does_not_travel() -> None:
    data = FULL.to_bytes()[:-1] + b',"service_packages":[]}'
    with pytest.raises(Fault, match="cannot be used"):
        Snapshot.from_bytes(data)


def test_the_order_of_keys_in_a_configuration_does_not_change_the_hash() -> None:
    one, two = (Plugin(id=A, name="x", config=c) for c in ({"a": 1, "b": 2}, {"b": 2, "a": 1}))
    assert Snapshot(plugins=(one,)).hash == Snapshot(plugins=(two,)).hash


def test_the_hash_is_the_same_in_another_process() -> None:
    code = """import sys
from gatepost.model import Snapshot
print(Snapshot.from_bytes(sys.stdin.buffer.read()).hash)"""
    done = subprocess.run(
        [sys.executable, "-c", code], input=FULL.to_bytes(), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == FULL.hash


@pytest.mark.parametrize("kind", [kind for kind in KINDS if getattr(FULL, kind)])
def test_any_change_changes_the_hash(kind: str) -> None:
    entities = getattr(FULL, kind)
    seen = {FULL.hash, replace(FULL, **{kind: entities[1:]}).hash}
    changed = entities[0].model_copy(update={"tags": ("new",)})
    seen.add(replace(FULL, **{kind: (changed, *entities[1:])}).hash)
    assert len(seen) == 3


def test_bytes_and_back_is_the_same_snapshot() -> None:
    again = Snapshot.from_bytes(FULL.to_bytes())
    assert again == FULL
    assert again.to_bytes() == FULL.to_bytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "format"),
        (b"{}", "format"),
        (b'{"format":2}', "format"),
        (b'{"format":1,"x":[]}', "kinds"),
        (b'{"format":1,"routes":5}', "lists"),
        (b'{"format":1,"routes":[5]}', "Route"),
        (b'{"format":1,"services":[{"id":"x","host":"a"}]}', "id"),
    ],
)
def test_what_is_no_snapshot_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Fault) as caught:
        Snapshot.from_bytes(data)
    assert caught.value.code == "config.snapshot_unreadable"
    assert words in str(caught.value)


def test_bytes_that_do_not_fit_together_are_refused() -> None:
    content = json.loads(FULL.to_bytes())
    content["services"] = []
    with pytest.raises(Fault, match="has the id"):
        Snapshot.from_bytes(json.dumps(content).encode())


def test_routes_stand_in_the_order_that_breaks_ties() -> None:
    assert [route.created_at for route in FULL.routes] == list(range(1, 10))


def test_from_a_route_to_its_targets() -> None:
    service = FULL.service_of(next(route for route in FULL.routes if route.service == A))
    assert service is not None
    upstream = FULL.upstream_of(service)
    assert upstream is not None
    assert {target.weight for target in FULL.targets_of(upstream)} == {0, 1, 2}
    assert FULL.upstream_of(FULL.services[0]) != FULL.upstream_of(FULL.services[1])
    assert FULL.service(None) is None
    assert FULL.certificate(None) is None
    assert FULL.route(FULL.routes[0].id) == FULL.routes[0]


def test_routes_of_a_disabled_service_are_not_live() -> None:
    live = list(FULL.live_routes())
    assert len(live) == 6
    assert all(route.service != B for route in live)


def test_consumers_are_found_by_each_of_their_names() -> None:
    ann = FULL.consumers[0]
    assert FULL.consumer("username", "ann") == ann
    assert FULL.consumer("custom_id", "b\u00fccher") == ann
    assert FULL.consumer("id", ann.id) == ann
    assert FULL.consumer("username", "b\u00fccher") is None


def test_a_plugin_of_the_service_runs_instead_of_the_global_one() -> None:
    by_service = {route.service: FULL.plugins_for(route) for route in FULL.routes}
    assert [plugin.service for plugin in by_service[A]] == [A]
    assert [plugin.service for plugin in by_service[None]] == [None]
    assert FULL.plugins_for() == by_service[None]
