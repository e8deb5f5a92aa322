import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.values import Fault
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_a_role_that_is_too_weak_is_refused(desk: Desk) -> None:
    desk.caller = Caller("ann", Role.VIEWER, "token")
    assert (await desk.ask("GET", "/services")).status == 200
    for method, path in (
        ("POST", "/services"),
        ("PUT", "/services/x"),
        ("PATCH", "/services/x"),
        ("DELETE", "/services/x"),
        ("POST", "/consumer_groups/x/consumers"),
        ("POST", "/v2/control-planes"),
    ):
        said = await desk.ask(method, path, {})
        assert said.status == 403, path
        assert "takes the role" in said.json()["message"]


async def test_another_plane_does_not_exist_for_whom_it_is_not(desk: Desk) -> None:
    desk.caller = Caller("ann", Role.ADMIN, "token", plane="somewhere-else")
    assert (await desk.ask("GET", "/services")).status == 404
    assert (await desk.get("/v2/control-planes"))["data"] == []
    assert (await desk.ask("POST", "/v2/control-planes", {"name": "x"})).status == 403


async def test_secrets_are_shown_to_administrators_who_ask(desk: Desk) -> None:
    who = await desk.make("/consumers", username="ann")
    made = await desk.make("/key-auths", key="opensesame", consumer={"id": who["id"]})
    path = f"/key-auths/{made['id']}"
    assert (await desk.get(path))["key"] == "{masked}"
    said = await desk.ask("GET", path, gatepost_secrets="reveal")
    assert said.json()["key"] == "opensesame"
    desk.caller = Caller("bob", Role.OPERATOR, "token")
    assert (await desk.ask("GET", path, gatepost_secrets="reveal")).status == 403
    with pytest.raises(Fault):
        desk.caller.require(Role.ADMIN)


@pytest.mark.parametrize("text", ["17", 'W/"17"', '"x"', "", '"1", "2"'])
async def test_what_is_no_version_is_refused(desk: Desk, text: str) -> None:
    said = await desk.ask("PUT", "/consumers/ann", {}, if_match=text)
    assert said.status == 400
    assert "ETag" in said.json()["message"]


async def test_a_star_fits_whatever_is_there(desk: Desk) -> None:
    assert (await desk.ask("PUT", "/consumers/ann", {}, if_match="*")).status == 412
    assert (await desk.ask("PUT", "/consumers/ann", {})).status == 200
    assert (await desk.ask("PUT", "/consumers/ann", {}, if_match="*")).status == 200
