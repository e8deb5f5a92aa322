import time

import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.admin.issuers import Told
from gatepost.model import KINDS
from gatepost.store.database import Measure, Node
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>\u202e" + "x" * 10_000


@pytest.fixture
async def full(desk: Desk) -> Desk:
    await desk.make("/services", name="orders", host="orders.test")
    await desk.make("/services/orders/routes", name="list", paths=["/orders"])
    await desk.make("/service-packages", name="Orders", document="hidden words")
    await desk.make("/service-packages/Orders/versions", version="1", service={"name": "orders"})
    await desk.make("/consumers", username=HOSTILE)
    await desk.make("/consumers", username="ann")
    await desk.make("/consumers/ann/key-auth", key="open-sesame")
    return desk


async def attention(desk: Desk) -> dict[str, dict[str, object]]:
    return {one["what"]: one for one in (await desk.get("/attention"))["data"]}


async def test_a_piece_of_a_name_finds_it_everywhere(full: Desk) -> None:
    found = await full.get("/search?q=ORD")
    kinds = [one["kind"] for one in found["data"]]
    assert kinds == ["services", "service_packages", "routes"]
    assert found["total"] == 3
    route = found["data"][2]
    assert route["parents"] == [
        {"kind": "services", "id": found["data"][0]["id"], "name": "orders"}
    ]
    few = await full.get("/search?q=ord&size=1&kinds=routes,services,routes")
    assert (few["total"], [one["kind"] for one in few["data"]]) == (2, ["services"])
    (hostile,) = (await full.get("/search?q=%3Cscript%3E"))["data"]
    assert hostile["name"].startswith("<script>")
    for nothing in ("open-sesame", "hidden words", "%00", "%1b[31m"):
        assert (await full.get(f"/search?q={nothing}")) == {"data": [], "total": 0}


@pytest.mark.parametrize(
    "query",
    ["", "?q=", "?q=%20", f"?q={'x' * 201}", "?q=a&kinds=keyauth_credentials", "?q=a&size=0"],
)
async def test_a_search_for_nothing_is_refused(desk: Desk, query: str) -> None:
    refused = await desk.ask("GET", f"/search{query}")
    assert refused.status == 400
    assert refused.json()["message"]


async def test_everything_is_counted(full: Desk) -> None:
    now, plane = time.time(), full.control.plane
    wanted = (await full.control.cluster.live.current(plane)).hash  # type: ignore[union-attr]
    nodes = full.control.database.nodes
    await nodes.put(Node(plane, "a", last_seen=now, connected=True, config_hash=wanted))
    await nodes.put(Node(plane, "b", last_seen=now, connected=True, sync_status="refused"))
    await nodes.put(Node(plane, "c"))
    counts = await full.get("/counts")
    assert counts.keys() == {*KINDS, "nodes"}
    assert (counts["services"], counts["consumers"], counts["service_versions"]) == (1, 2, 1)
    assert counts["nodes"] == {
        "total": 3, "in_sync": 1, "behind": 0, "refused": 1, "away": 1, "turned_away": 0,
    }  # fmt: skip


async def test_a_document_leaves_nodes_in_sync(full: Desk) -> None:
    plane = full.control.plane
    wanted = (await full.control.cluster.live.current(plane)).hash  # type: ignore[union-attr]
    node = Node(plane, "a", last_seen=time.time(), connected=True, config_hash=wanted)
    await full.control.database.nodes.put(node)
    changed = await full.ask("PATCH", "/service-packages/Orders", {"document": "new"})
    assert changed.status == 200
    assert (await full.get("/counts"))["nodes"]["in_sync"] == 1
    assert not {"node.behind", "node.refused"} & (await attention(full)).keys()


async def test_what_needs_a_person_is_told_problems_first(full: Desk) -> None:
    now, database = time.time(), full.control.database
    plane = full.control.plane
    await database.nodes.put(
        Node(plane, "b", "edge", last_seen=now, connected=True, sync_status="refused",
             sync_reason="it has no key", certificate_expires_at=now + 3600)
    )  # fmt: skip
    await database.telemetry.add(
        plane,
        [
            Measure("b", 60, int(now) // 60 * 60, {"what": "provider", "purpose": purpose,
                    "result": result}, {"n": 4.0})
            for purpose, result in (("token", "provider.timeout"), ("jwks", "2xx"))
        ],
    )  # fmt: skip
    await full.make("/services", name=None, host="idle.test")
    config = {"issuer": "https://id.example/", "client_id": ["a"], "auth_methods": ["session"]}
    await full.make("/routes/list/plugins", name="openid-connect", config=config)
    told = await full.get("/attention")
    levels = [one["level"] for one in told["data"]]
    assert levels == sorted(levels, key=["problem", "warning", "hint"].index)
    assert told["more"] == 0
    found = {one["what"]: one for one in told["data"]}
    assert found.keys() == {
        "node.refused", "node.certificate_ends", "provider.fails", "service.without_routes",
        "plugin.caution",
    }  # fmt: skip
    assert found["node.refused"]["says"].endswith("it has no key.")
    assert found["provider.fails"]["name"] == "token"
    assert all(one["says"].endswith(".") and one["do"] for one in told["data"])


async def test_providers_are_not_asked_for_it(full: Desk) -> None:
    config = {"issuer": "https://id.example/", "client_id": ["a"], "auth_methods": ["bearer"]}
    await full.make("/plugins", name="openid-connect", config=config)
    issuers = full.control.issuers
    assert "issuer.fails" not in await attention(full)
    assert issuers.known(frozenset({"https://id.example/"})) == []
    issuers._known["https://id.example/"] = Told("https://id.example/", time.time(), problem="off")
    assert (await attention(full))["issuer.fails"]["name"] == "https://id.example/"


async def test_tokens_that_end_soon_are_for_administrators(full: Desk) -> None:
    for name, seconds in (("soon", 3600), ("late", 90 * 86400)):
        await full.make("/tokens", name=name, role="viewer", expires_in=seconds)
    other = await full.control.database.planes.add("other")
    await full.make("/tokens", name="else", role="viewer", expires_in=60, plane=other.id)
    told = (await full.get("/attention"))["data"]
    assert [one["name"] for one in told if one["what"] == "token.ends"] == ["soon"]
    full.caller = Caller("ann", Role.VIEWER, "token")
    assert "token.ends" not in await attention(full)
    assert "route.open" in await attention(full)


async def test_another_plane_is_asked_for_at_its_own_paths(full: Desk) -> None:
    other = await full.control.database.planes.add("other")
    base = f"/v2/control-planes/{other.id}/core-entities"
    assert (await full.get(f"{base}/counts"))["services"] == 0
    assert (await full.get(f"{base}/search?q=orders"))["total"] == 0
    assert await full.get(f"{base}/attention") == {"data": [], "more": 0}
    full.caller = Caller("ann", Role.VIEWER, "token", other.id)
    for path in ("/counts", "/search?q=a", "/attention"):
        assert (await full.ask("GET", path)).status == 404
        assert (await full.ask("GET", base + path)).status == 200
