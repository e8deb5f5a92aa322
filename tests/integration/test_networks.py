"""Control plane and nodes on networks that are cut and slow, and certificates that are no good.

One world for all; each test leaves it as it found it: control plane, node one and node two running
and in sync.
"""

import contextlib
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPSConnection
from secrets import token_hex
from typing import Any

import pytest

from tests.integration.impatient import SILENCE
from tests.integration.namespaces import missing
from tests.integration.network_world import NetworkWorld, network_world
from tests.integration.plane_world import PlaneNode, until

pytestmark = [pytest.mark.integration, pytest.mark.slow]

WHY_NOT = missing()
if WHY_NOT is not None:
    pytest.skip(WHY_NOT, allow_module_level=True)


class Both:
    """The world, and the nodes that stand in it from test to test."""

    def __init__(self, world: NetworkWorld) -> None:
        self.world = world
        begun = [(name, world.begun_node(name, token=world.new_token())) for name in ("one", "two")]
        self.one, self.two = (world.served(name, process) for name, process in begun)

    def in_sync(self, node: PlaneNode) -> bool:
        shown = self.world.seen_as(node)
        return bool(shown["in_sync"] and shown["connected"])

    def all_in_sync(self, patience: float = 20) -> float:
        """Return the seconds until both nodes are."""
        return until(
            lambda: self.in_sync(self.one) and self.in_sync(self.two), "all in sync", patience
        )


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with network_world() as world:
        made = Both(world)
        made.all_in_sync()
        yield made


@pytest.fixture
def token(both: Both) -> str:
    """A token that both nodes remember as good."""
    token = both.world.token("tutorial-jwt")
    for node in (both.one, both.two):
        until(lambda node=node: node.get("/jwt/get", token=token).status == 200, "it is good")
    return token


def problem(node: PlaneNode) -> str:
    return str(node.status.get("/status").json()["control_plane"]["problem"])


def route(both: Both, name: str) -> str:
    """Make a route and return a path that it takes."""
    both.world.admin.make("/services/api/routes", name=name, paths=[f"/{name}"])
    return f"/{name}/get"


def test_without_the_control_plane_logouts_and_restarts_go_on_and_it_comes_back(
    both: Both, token: str
) -> None:
    world, other = both.world, both.world.token("tutorial-jwt")
    world.control_plane.stop()
    both.two.process.stop()
    both.two = world.served("two", world.begun_node("two"))
    for node in (both.one, both.two):
        assert node.get("/open/get").status == 200
        assert node.get("/jwt/get", token=token).status == 200
        assert node.get("/jwt/get", token=other).status == 200
    assert both.one.status.post_json("/revocations", {"token": token}).status == 201
    assert both.one.get("/jwt/get", token=token).status == 401
    took = until(lambda: both.two.get("/jwt/get", token=token).status == 401, "it has heard", 5)
    print(f"the other node refused {took * 1000:.0f} ms after the logout, by the Redis")
    assert both.two.get("/jwt/get", token=other).status == 200
    began = time.monotonic()
    world.begin()
    path = route(both, "back")
    until(lambda: {node.get(path).status for node in (both.one, both.two)} == {200}, "live", 15)
    both.all_in_sync()
    print(f"all in sync {time.monotonic() - began:.1f} s after the control plane was started")
    kinds = [one["kind"] for one in world.admin.get("/revocations")["data"]]
    assert kinds, "it was told of what was revoked meanwhile"


def test_a_node_whose_cable_was_cut_goes_on_and_catches_up_before_it_acknowledges(
    both: Both, token: str
) -> None:
    world, admin, later = both.world, both.world.admin, both.world.token("tutorial-jwt")
    world.net.cut("two", "back")
    try:
        path = route(both, "meanwhile")
        until(lambda: both.one.get(path).status == 200, "it is live at the other", 5)
        told = admin.json("POST", "/revocations", {"token": token}).json()
        assert told["nodes"]["missing"] == [both.two.id]
        assert both.one.get("/jwt/get", token=token).status == 401
        assert both.two.get("/jwt/get", token=token).status == 200, "nobody could tell it"
        assert (both.two.get("/open/get").status, both.two.get(path).status) == (200, 404)
    finally:
        world.net.join("two", "back")
    began, reached = time.monotonic(), False
    while not reached:
        assert time.monotonic() - began < 20, "it does not catch up"
        nodes = admin.json("POST", "/revocations", {"token": later}).json()["nodes"]
        reached = nodes["connected"] == nodes["applied"] == 2
    # That all was acknowledged means that the earlier one bites as well, at once.
    assert both.two.get("/jwt/get", token=token).status == 401
    until(lambda: both.two.get(path).status == 200, "its configuration is new too", 20)
    both.all_in_sync()
    print(f"in sync {time.monotonic() - began:.1f} s after the cable was back")


def large(world: NetworkWorld, routes: int) -> Any:
    """Make a control plane of its own with many routes; return its API."""
    made = world.admin.json("POST", "/v2/control-planes", {"name": "large"})
    assert made.status == 201, made.body
    admin = world.admin.of(made.json()["id"])
    # what cannot be packed, so that it takes its time on the way
    text = "".join(f"\n  - {{name: r{n}, paths: [/r{n}/{token_hex(150)}]}}" for n in range(routes))
    whole = f'_format_version: "3.0"\nroutes:{text}\n  - {{name: last, paths: [/last]}}\n'
    done = admin.send("POST", "/declarative/apply", whole.encode())
    assert done.status == 200, done.body[:300]
    return admin


def test_a_slow_network_is_not_taken_for_a_dead_one_and_urgent_things_overtake(both: Both) -> None:
    world = both.world
    admin = large(world, 10_000)
    world.net.slow("three", "back", rate="4mbit")
    process = world.begun_node(
        "three", token=world.new_token(admin), program="tests.integration.impatient"
    )
    try:
        until(lambda: here(admin), "it is connected")
        began = time.monotonic()
        time.sleep(1.0)  # amid the configuration
        wish = {"client": "tutorial-jwt", "issuer": world.issuer}
        asked = time.monotonic()
        told = admin.json("POST", "/revocations", wish).json()["nodes"]
        overtook = time.monotonic() - asked
        assert (told["applied"], "READY" in process.output) == (1, False), told
        node = world.served("three", process)
        took = time.monotonic() - began
        print(f"10,000 routes over 4 Mbit/s: READY {took:.1f} s after it was connected")
        print(f"a revocation meanwhile was applied after {overtook:.1f} s")
        assert took > 2 * SILENCE, "the network was not slow enough to show anything"
        assert node.get("/last").status == 503, "it has no service, and is there"
        said = [line for line in world.control_plane.lines if f"node {node.id}" in line]
        assert sum("is connected" in line for line in said) == 1, said
        reason = world.net.far("three", "back", delay="100ms")
        if reason is not None:
            print(f"not tried with a delay: {reason}")
        else:
            admin.make("/routes", name="far", paths=["/far"])
            until(lambda: node.get("/far/x").status == 503, "far, not away", 10)
    finally:
        world.net.quick("three", "back")
        process.stop()


def here(admin: Any) -> bool:
    """Return whether a control plane has a node, and it is connected."""
    return any(one["connected"] for one in admin.get("/clustering/data-planes")["data"])


def test_a_node_that_was_turned_away_goes_on_and_becomes_another_with_a_new_token(
    both: Both,
) -> None:
    world = both.world
    used = world.new_token()
    node = world.served("three", world.begun_node("three", token=used, prefix="away"))
    thief = world.begun_node("two", token=used, prefix="thief", proxy="off")
    until(lambda: "was used by another node" in thief.output, "the thief is told")
    thief.stop()
    assert world.admin.send("DELETE", f"/clustering/data-planes/{node.id}?why=sold").status == 204
    until(lambda: "sold" in problem(node), "it is told why")
    assert node.get("/open/get").status == 200
    path = route(both, "unheard")
    until(lambda: both.one.get(path).status == 200, "live at the others", 5)
    assert node.get(path).status == 404
    status, body = called(world, "away")
    assert (status, b"node.revoked" in body) == (403, True), "nor is its certificate renewed"
    node.process.stop()
    again = world.served("three", world.begun_node("three", token=world.new_token(), prefix="away"))
    try:
        assert again.id != node.id
        assert again.get(path).status == 200
        shown = world.seen_as(node)
        assert (shown["connected"], shown["revoked_why"]) == (False, "sold")
    finally:
        again.process.stop()


def test_a_node_whose_certificate_ended_goes_on_and_is_itself_with_a_new_token(
    both: Both,
) -> None:
    world, life = both.world, 5
    world.control_plane.stop()
    world.begin(CERTIFICATE_LIFE=f"{life}s")
    node = world.served("three", world.begun_node("three", token=world.new_token(), prefix="late"))
    began = time.monotonic()
    world.net.cut("three", "back")  # so that it cannot renew
    try:
        time.sleep(max(0.0, began + life + 1 - time.monotonic()))
    finally:
        world.net.join("three", "back")
    until(lambda: "has expired" in problem(node), "it says so")
    assert node.get("/open/get").status == 200
    with pytest.raises((ssl.SSLError, ConnectionError)):
        called(world, "late")
    node.process.stop()
    world.control_plane.stop()
    world.begin()
    again = world.served("three", world.begun_node("three", token=world.new_token(), prefix="late"))
    try:
        assert again.id == node.id
        until(lambda: both.in_sync(again), "it takes part again", 10)
    finally:
        again.process.stop()
    both.all_in_sync()


def called(world: NetworkWorld, prefix: str) -> tuple[int, bytes]:
    """Ask for a renewal with what a node has on its disk, as who stole it would."""
    home = world.directory / prefix / "control-plane"
    context = ssl.create_default_context(cafile=str(home / "authority.pem"))
    context.check_hostname = False
    context.load_cert_chain(home / "identity.pem")
    address = world.net.address("plane", "back")
    with world.net.on("three"), contextlib.closing(
        HTTPSConnection(address, 8005, timeout=10, context=context)
    ) as connection:  # fmt: skip
        connection.request("POST", "/v1/renew", b'{"csr": ""}')
        reply = connection.getresponse()
        return reply.status, reply.read()
