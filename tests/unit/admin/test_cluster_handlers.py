import time
from typing import Any

import pytest

from gatepost.feed.token import Token
from gatepost.store.database import Database, Node
from tests.admin_desk import judging_desk

pytestmark = pytest.mark.anyio

KONGS = {
    "id", "hostname", "ip", "version", "last_seen", "updated_at", "config_hash", "sync_status",
    "labels", "cert_details", "rpc_capabilities",
}  # fmt: skip


async def test_nodes_are_shown_in_kongs_shape_with_ours_beside_it(
    database: Database, plane: str
) -> None:
    now = time.time()
    await database.nodes.put(
        Node(plane, "n1", "host", "10.0.0.1", "0.1.0", last_seen=now, connected=True,
             config_hash="a" * 64, sync_status="refused", sync_reason="it has no key",
             certificate_expires_at=9.5)
    )  # fmt: skip
    await database.nodes.put(Node(plane, "n3", last_seen=now))  # it said that it leaves
    await database.nodes.put(Node(plane, "n2", last_seen=now - 9999, connected=True))
    async with judging_desk(database) as desk:
        page = (await desk.ask("GET", "/clustering/data-planes")).json()
        one, two, three = page["data"]
        assert set(one) >= KONGS
        assert (one["sync_status"], one["sync_reason"]) == ("refused", "it has no key")
        assert (one["config_hash"], one["in_sync"]) == ("a" * 32, False)
        assert one["cert_details"] == {"expiry_timestamp": 9}
        assert [node["connected"] for node in (one, two, three)] == [True, False, False]
        assert (two["sync_status"], two["config_hash"]) == ("unknown", "0" * 32)
        older = (await desk.ask("GET", "/clustering/status")).json()
        assert set(older["n1"]) == {"config_hash", "hostname", "ip", "last_seen"}
        first = (await desk.ask("GET", "/clustering/data-planes?size=1")).json()
        second = (await desk.ask("GET", first["next"])).json()
        assert [one["id"] for one in (*first["data"], *second["data"])] == ["n1", "n2"]
        assert (await desk.ask("GET", "/clustering/data-planes/n4")).status == 404


async def test_a_token_comes_with_the_command_that_uses_it(database: Database) -> None:
    async with judging_desk(database, listening=True) as desk:
        status, made = (await desk.ask("POST", "/clustering/tokens", {"expires_in": 60})).told
        assert status == 201
        token = Token.decode(made["token"])
        assert made["command"].startswith(
            f"gatepost node --control-plane {token.addresses[0]} --token"
        )
        assert made["expires_at"] - made["created_at"] in {59, 60}
        listed = (await desk.ask("GET", "/clustering/tokens")).json()
        assert [one["id"] for one in listed["data"]] == [made["id"]]
        assert made["token"] not in str(listed)
        assert (await desk.ask("DELETE", f"/clustering/tokens/{made['id']}")).status == 204
        assert (await desk.ask("GET", "/clustering/tokens")).json()["data"] == []
        elsewhere = {"address": "gate.example:9005"}
        made = (await desk.ask("POST", "/clustering/tokens", elsewhere)).json()
        assert list(map(str, Token.decode(made["token"]).addresses)) == ["gate.example:9005"]
        assert made["token"] not in str(await desk.ask("GET", "/audit"))


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"expires_in": 0}, "expires_in"),
        ({"expires_in": 10**9}, "expires_in"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"address": "a b"}, "address"),
        ({"address": 5}, "address"),
        ({"token": "mine"}, "token"),
    ],
)
async def test_a_malformed_wish_names_the_field(
    database: Database, wish: dict[str, Any], field: str
) -> None:
    async with judging_desk(database) as desk:
        status, said = (await desk.ask("POST", "/clustering/tokens", wish)).told
        assert (status, list(said["fields"])) == (400, [field])


async def test_a_node_is_turned_away_with_a_reason_by_an_admin_alone(
    database: Database, plane: str
) -> None:
    await database.nodes.put(Node(plane, "n1", last_seen=time.time()))
    async with judging_desk(database) as desk:
        assert (await desk.ask("DELETE", "/clustering/data-planes/n1?why=sold")).status == 204
        assert (await desk.ask("DELETE", "/clustering/data-planes/n1?why=again")).status == 204
        node = (await desk.ask("GET", "/clustering/data-planes/n1")).json()
        assert (node["revoked_why"], node["connected"]) == ("sold", False)
        log = (await desk.ask("GET", "/audit")).json()
        assert [one["action"] for one in log["data"]] == ["revoke"]
