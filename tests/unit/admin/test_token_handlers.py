from typing import Any

import pytest

from gatepost.store.database import Database
from tests.unit.admin.asking import Api, admin_api

pytestmark = pytest.mark.anyio


async def made(api: Api, **wish: Any) -> str:
    status, shown, _ = await api("POST", "/tokens", {"name": "t", "role": "viewer", **wish})
    assert status == 201, shown
    text: str = shown["token"]
    return text


async def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(
    database: Database,
) -> None:
    async with admin_api(database) as api:
        text = await made(api, name="ci", role="operator", expires_in=3600)
        _, listed, _ = await api("GET", "/tokens")
        (one,) = listed["data"]
        assert (one["name"], one["role"], one["revoked_at"]) == ("ci", "operator", None)
        assert one["expires_at"] - one["created_at"] == 3600
        assert text not in str(listed)
        assert (await api("GET", "/services", authorization=f"Bearer {text}"))[0] == 200
        assert (await api("DELETE", f"/tokens/{one['id']}"))[0] == 204
        assert (await api("GET", "/services", authorization=f"Bearer {text}"))[0] == 401
        _, log, _ = await api("GET", "/audit")
        assert [entry["action"] for entry in log["data"]] == ["delete", "create"]
        assert text not in str(log)


@pytest.mark.parametrize(
    ("role", "reads", "writes", "keeps"),
    [("viewer", 200, 403, 403), ("operator", 200, 201, 403), ("admin", 200, 201, 200)],
)
async def test_each_role_may_do_its_own_and_no_more(
    database: Database, role: str, reads: int, writes: int, keeps: int
) -> None:
    async with admin_api(database, closed=False) as api:
        text = await made(api, role=role)
        shown = {"authorization": f"Bearer {text}"}
        assert (await api("GET", "/services", **shown))[0] == reads
        service = {"name": "a", "host": "a.example"}
        assert (await api("POST", "/services", service, **shown))[0] == writes
        assert (await api("POST", "/clustering/tokens", {}, **shown))[0] in {writes, 503}
        assert (await api("GET", "/tokens", **shown))[0] == keeps
        reveal = await api("GET", "/services", **shown, gatepost_secrets="reveal")
        assert reveal[0] == (200 if role == "admin" else 403)
        revoked = await api("POST", "/revocations", {"subject": "a"}, **shown)
        assert (revoked[0] == 403) is (role == "viewer")


async def test_a_token_of_one_control_plane_sees_no_other(database: Database, plane: str) -> None:
    other = await database.planes.add("other")
    async with admin_api(database) as api:
        text = await made(api, role="admin", plane=other.id)
        shown = {"authorization": f"Bearer {text}"}
        await api("POST", "/services", {"name": "hidden", "host": "a.example"})
        theirs = f"/v2/control-planes/{other.id}/core-entities"
        assert (await api("GET", f"{theirs}/services", **shown))[1]["data"] == []
        for path in ("/services", "/services/hidden", "/clustering/data-planes", "/audit"):
            status, said, _ = await api("GET", path, **shown)
            assert (status, "hidden" in str(said)) == (404, False), path
        _, planes, _ = await api("GET", "/v2/control-planes", **shown)
        assert [one["name"] for one in planes["data"]] == ["other"]
        _, tokens, _ = await api("GET", "/tokens", **shown)
        assert [one["plane"] for one in tokens["data"]] == [other.id]
        wider = {"name": "wide", "role": "admin", "plane": plane}
        assert (await api("POST", "/tokens", wider, **shown))[0] == 400
        _, own, _ = await api("POST", "/tokens", {"name": "own", "role": "admin"}, **shown)
        assert own["plane"] == other.id


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"role": "viewer"}, "name"),
        ({"name": "", "role": "viewer"}, "name"),
        ({"name": "a", "role": "root"}, "role"),
        ({"name": "a"}, "role"),
        ({"name": "a", "role": "viewer", "expires_in": -1}, "expires_in"),
        ({"name": "a", "role": "viewer", "expires_in": True}, "expires_in"),
        ({"name": "a", "role": "viewer", "plane": "nowhere"}, "plane"),
        ({"name": "a", "role": "viewer", "secret": "mine"}, "secret"),
    ],
)
async def test_a_malformed_wish_names_the_field(
    database: Database, wish: dict[str, Any], field: str
) -> None:
    async with admin_api(database) as api:
        status, said, _ = await api("POST", "/tokens", wish)
        assert (status, said["code"], list(said["fields"])) == (400, 2, [field])
