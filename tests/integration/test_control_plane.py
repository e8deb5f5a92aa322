"""An operator with curl, a control plane and its nodes: what each of them is told, and when."""

import time
from collections.abc import Iterator

import pytest

from tests.integration.plane_world import PlaneNode, PlaneWorld, until

pytestmark = pytest.mark.integration

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def running() -> Iterator[PlaneWorld]:
    with PlaneWorld.start() as made:
        yield made


@pytest.fixture
def world(running: PlaneWorld) -> PlaneWorld:
    """A control plane that has neither entities nor nodes; one serves the whole file."""
    running.empty()
    return running


def live(node: PlaneNode, path: str, status: int, token: str | None = None) -> None:
    """Wait until a path answers so, which must be within a second; say how long it took."""
    took = until(lambda: node.get(path, token=token).status == status, f"{path} is {status}", 5)
    print(f"{path} was {status} after {took * 1000:.0f} ms")
    assert took < 1.0


def test_kongs_own_walkthrough_is_live_on_the_node_at_each_step(world: PlaneWorld) -> None:
    admin, node = world.admin, world.node()
    assert node.get("/anything").status == 404
    assert admin.form("POST", "/services", "name=example", f"url={world.echo}").status == 201
    route = admin.form("POST", "/services/example/routes", "name=mock", "paths[]=/mock")
    assert route.status == 201
    live(node, "/mock/get", 200)
    plugin = admin.form(
        "POST",
        "/services/example/plugins",
        "name=openid-connect",
        f"config.issuer={world.issuer}",
        "config.client_id=gateway",
        "config.client_secret=gateway-secret",
        "config.scopes=read",
        "config.auth_methods=bearer",
        "config.auth_methods=client_credentials",
    )
    assert plugin.status == 201, plugin.body
    live(node, "/mock/get", 401)
    assert node.get("/mock/get", token=world.jwt()).status == 200
    basic = world.world.basic("tutorial-jwt", "tutorial-jwt-secret")
    assert node.proxy.get("/mock/get", basic).status == 200
    ident = plugin.json()["id"]
    assert admin.send("DELETE", f"/plugins/{ident}").status == 204
    live(node, "/mock/get", 200)
    until(lambda: world.shown(node)["in_sync"], "it says that it is in sync")
    shown = world.shown(node)
    assert (shown["sync_status"], shown["connected"]) == ("normal", True)


def test_a_configuration_that_a_node_cannot_run_is_refused_there_and_told_here(
    world: PlaneWorld,
) -> None:
    admin, node = world.admin, world.node()
    admin.make("/services", name="api", url=world.echo)
    route = admin.make("/services/api/routes", name="open", paths=["/open"])
    live(node, "/open/get", 200)
    config = {"issuer": world.issuer, "client_id": ["{vault://env/NOBODY_SET_THIS}"]}
    plugin = admin.make("/services/api/plugins", name="openid-connect", config=config)
    until(lambda: world.shown(node)["sync_status"] == "refused", "the refusal is told")
    shown = world.shown(node)
    assert "NOBODY_SET_THIS" in shown["sync_reason"]
    assert not shown["in_sync"]
    assert node.get("/open/get").status == 200, "what ran before goes on"
    admin.send("DELETE", f"/plugins/{plugin['id']}")
    until(lambda: world.shown(node)["in_sync"], "it is in sync again")
    admin.json("PATCH", f"/routes/{route['id']}", {"paths": ["/other"]})
    live(node, "/other/get", 200)


def test_what_is_revoked_here_is_refused_at_every_node_before_the_answer(world: PlaneWorld) -> None:
    admin = world.admin
    world.guard()
    nodes = [world.node("one"), world.node("two")]
    token, other = world.jwt(), world.jwt()
    for node in nodes:
        live(node, "/jwt/get", 401)  # the plugin is there
        live(node, "/jwt/get", 200, token)
    last = admin.get("/revocations")["last"]
    reply = admin.json("POST", "/revocations", {"token": token, "why": "it was shown around"})
    assert [node.get("/jwt/get", token=token).status for node in nodes] == [401, 401]
    assert [node.get("/jwt/get", token=other).status for node in nodes] == [200, 200]
    told = reply.json()
    assert (reply.status, told["nodes"]) == (201, {"connected": 2, "applied": 2, "missing": []})
    (entry,) = told["data"]
    assert (entry["number"], entry["who"]) == (last + 1, "loopback")
    assert entry in admin.get("/revocations")["data"]

    nodes[0].process.stop()
    reply = admin.json("POST", "/revocations", {"client": "tutorial-jwt"})
    assert reply.json()["nodes"]["connected"] == 1
    again = world.node("one", token=None)
    assert again.get("/jwt/get", token=other).status == 401, "it heard of it before it served"


def test_a_node_that_revokes_by_itself_tells_the_others_through_here(world: PlaneWorld) -> None:
    admin = world.admin
    world.guard()
    one, two = world.node("one"), world.node("two")
    token = world.jwt()
    for node in (one, two):
        live(node, "/jwt/get", 401)
        live(node, "/jwt/get", 200, token)
    last = admin.get("/revocations")["last"]
    body = b'{"token": "%s"}' % token.encode()
    json_ = {"Content-Type": "application/json"}
    assert one.status.send("POST", "/revocations", body, json_).status == 201
    live(two, "/jwt/get", 401, token)
    assert admin.get("/revocations")["last"] == last + 1


def test_traffic_is_reported_and_charted_by_service_status_and_consumer(world: PlaneWorld) -> None:
    admin, node = world.admin, world.node()
    service = admin.make("/services", name="api", url=world.echo)
    route = admin.make("/services/api/routes", name="jwt", paths=["/jwt"])
    consumer = admin.make("/consumers", username="tutorial-jwt")
    config = {
        "issuer": world.issuer,
        "auth_methods": ["bearer"],
        "consumer_claims": [["client_id"]],
        "consumer_by": ["username"],
    }
    admin.make("/services/api/plugins", name="openid-connect", config=config)
    token = world.jwt()
    live(node, "/jwt/get", 401)
    live(node, "/jwt/get", 200, token)
    for status in (201, 201, 404):
        assert node.get(f"/jwt/status/{status}", token=token).status == status

    def counted(what: str, **by: str) -> dict[str, float]:
        lines = admin.get("/telemetry", what=what, **by)["lines"]
        return {"/".join(line["labels"].values()): line["total"]["n"] for line in lines}

    key = f"{service['id']}/{route['id']}"
    refused = lambda: counted("requests", by="service,route", code="4xx").get(key, 0)  # noqa: E731
    until(lambda: refused() >= 1, "the traffic is reported", 20)
    assert counted("consumers", by="consumer", code="2xx")[consumer["id"]] >= 3
    assert counted("requests", by="node")[node.id] >= 4
    assert counted("decisions", by="event")["asked"] >= 1
    assert counted("provider", by="purpose")["jwks"] >= 1
    latency = admin.get("/telemetry", what="latency")["lines"][0]["total"]
    assert 0 < latency["p50"] <= latency["p99"]


def test_without_the_control_plane_nodes_go_on_start_from_disk_and_come_back(
    world: PlaneWorld,
) -> None:
    admin = world.admin
    admin.make("/services", name="api", url=world.echo)
    admin.make("/services/api/routes", name="open", paths=["/open"])
    one, two = world.node("one"), world.node("two")
    for node in (one, two):
        live(node, "/open/get", 200)
    world.process.stop()
    admin.close()
    assert one.get("/open/get").status == 200
    two.process.stop()
    two = world.node("two", token=None)
    assert two.get("/open/get").status == 200
    world.begin()
    admin.make("/services/api/routes", name="new", paths=["/new"])
    began = time.monotonic()
    for node in (one, two):
        until(lambda node=node: node.get("/new/get").status == 200, "it is in sync", 15)
    print(f"all in sync {time.monotonic() - began:.1f} s after the control plane was back")
    for node in (one, two):
        until(lambda node=node: world.shown(node)["in_sync"], "it says so", 15)


def test_a_token_admits_one_node_and_one_that_is_turned_away_hears_nothing_more(
    world: PlaneWorld,
) -> None:
    admin, token = world.admin, world.token()
    admin.make("/services", name="api", url=world.echo)
    one = world.node("one", token=token)
    listed = admin.get("/clustering/tokens")["data"]
    assert one.id in [made["used_by"] for made in listed]
    assert token not in str(listed)
    process = world.world.spawn(
        "thief", "node", "--prefix", str(world.world.directory / "thief"), "--token", token,
        "--proxy", "off", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
    )  # fmt: skip
    until(lambda: "was used by another node" in process.output, "the thief is told")
    process.stop()
    assert admin.send("DELETE", f"/clustering/data-planes/{one.id}?why=sold").status == 204
    admin.make("/services/api/routes", name="late", paths=["/late"])
    problem = lambda: one.status.get("/status").json()["control_plane"]["problem"]  # noqa: E731
    until(lambda: "sold" in (problem() or ""), "the node is told why")
    assert one.get("/late/get").status == 404
    shown = world.shown(one)
    assert (shown["connected"], shown["revoked_why"]) == (False, "sold")
