from typing import Any

import pytest

from gatepost.store.database import Database
from tests.admin_desk import Desk, judging_desk

pytestmark = pytest.mark.anyio


async def made(desk: Desk, **wish: Any) -> str:
    status, shown = (
        await desk.ask("POST", "/tokens", {"name": "t", "role": "viewer", **wish})
    ).told
    assert status == 201, shown
    text: str = shown["token"]
    return text


async def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(
    database: Database,
) -> None:
    async with judging_desk(database) as desk:
        text = await made(desk, name="ci", role="operator", expires_in=3600)
        listed = (await desk.ask("GET", "/tokens")).json()
        (one,) = listed["data"]
        assert (one["name"], one["role"], one["revoked_at"]) == ("ci", "operator", None)
        assert one["expires_at"] - one["created_at"] == 3600
        assert text not in str(listed)
        assert (await desk.ask("GET", "/services", authorization=f"Bearer {text}")).status == 200
        assert (await desk.ask("DELETE", f"/tokens/{one['id']}")).status == 204
        assert (await desk.ask("GET", "/services", authorization=f"Bearer {text}")).status == 401
        log = (await desk.ask("GET", "/audit")).json()
        assert [entry["action"] for entry in log["data"]] == ["delete", "create"]
        assert text not in str(log)


@pytest.mark.parametrize(
    ("role", "reads", "writes", "keeps"),
    [("viewer", 200, 403, 403), ("operator", 200, 201, 403), ("admin", 200, 201, 200)],
)
async def test_each_role_may_do_its_own_and_no_more(
    database: Database, role: str, reads: int, writes: int, keeps: int
) -> None:
    async with judging_desk(database, closed=False) as desk:
        text = await made(desk, role=role)
        shown = {"authorization": f"Bearer {text}"}
        assert (await desk.ask("GET", "/services", **shown)).status == reads
        service = {"name": "a", "host": "a.example"}
        assert (await desk.ask("POST", "/services", service, **shown)).status == writes
        assert (await desk.ask("POST", "/clustering/tokens", {}, **shown)).status == writes
        assert (await desk.ask("GET", "/tokens", **shown)).status == keeps
        reveal = await desk.ask("GET", "/services", **shown, gatepost_secrets="reveal")
        assert reveal.status == (200 if role == "admin" else 403)
        revoked = await desk.ask("POST", "/revocations", {"subject": "a"}, **shown)
        assert (revoked.status == 403) is (role == "viewer")


async def test_a_token_of_one_control_plane_sees_no_other(database: Database, plane: str) -> None:
    other = await database.planes.add("other")
    async with judging_desk(database) as desk:
        text = await made(desk, role="admin", plane=other.id)
        shown = {"authorization": f"Bearer {text}"}
        await desk.ask("POST", "/services", {"name": "hidden", "host": "a.example"})
        theirs = f"/v2/control-planes/{other.id}/core-entities"
        assert (await desk.ask("GET", f"{theirs}/services", **shown)).json()["data"] == []
        for path in ("/services", "/services/hidden", "/clustering/data-planes", "/audit"):
            status, said = (await desk.ask("GET", path, **shown)).told
            assert (status, "hidden" in str(said)) == (404, False), path
        planes = (await desk.ask("GET", "/v2/control-planes", **shown)).json()
        assert [one["name"] for one in planes["data"]] == ["other"]
        tokens = (await desk.ask("GET", "/tokens", **shown)).json()
        assert [one["plane"] for one in tokens["data"]] == [other.id]
        wider = {"name": "wide", "role": "admin", "plane": plane}
        assert (await desk.ask("POST", "/tokens", wider, **shown)).status == 400
        own = (await desk.ask("POST", "/tokens", {"name": "own", "role": "admin"}, **shown)).json()
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
    async with judging_desk(database) as desk:
        status, said = (await desk.ask("POST", "/tokens", wish)).told
        assert (status, said["code"], list(said["fields"])) == (400, 2, [field])


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/tokens", b"name=ci&role=viewer&expires_in=60", 201),
        ("/tokens", b"name=ci&role=viewer&expires_in=soon", 400),
        ("/clustering/tokens", b"expires_in=60.5", 201),
        ("/clustering/tokens", b"expires_in=soon", 400),
        ("/revocations", b"client=a&issuer=https://id.example&for=0.5", 400),
        ("/revocations", b"client=a&issuer=https://id.example&for=60.5", 201),
    ],
)
async def test_seconds_of_a_form_are_read_alike_everywhere(
    database: Database, path: str, given: bytes, status: int
) -> None:
    async with judging_desk(database, listening=True) as desk:
        said = await desk.ask("POST", path, raw=given, content_type=FORM)
        assert said.status == status, said.body
