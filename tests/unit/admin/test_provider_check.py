from typing import Any

import pytest

from gatepost.admin.caller import Caller, Role
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER
from tests.unit.admin.trying_desk import trying

pytestmark = pytest.mark.anyio


async def check(desk: Desk, config: dict[str, Any], **more: Any) -> tuple[int, Any]:
    return (await desk.ask("POST", "/openid-connect/check", {"config": config, **more})).told


async def test_what_was_found_is_told_one_after_another(desk: Desk) -> None:
    await trying(desk)
    status, told = await check(desk, {"issuer": ISSUER, "auth_methods": ["bearer"]})
    assert status == 200
    found = {one["what"]: one["ok"] for one in told["checks"]}
    assert found == {
        "tls": True, "discovery": True, "clock": None, "keys": True, "scopes": True,
    }  # fmt: skip


async def test_what_only_nodes_know_is_not_tried(desk: Desk) -> None:
    provider = await trying(desk)
    config = {
        "issuer": ISSUER,
        "client_id": ["gateway"],
        "client_secret": ["{vault://env/idp-secret}"],
        "auth_methods": ["client_credentials"],
    }
    _, told = await check(desk, config)
    (one,) = (one for one in told["checks"] if one["what"] == "client authentication")
    assert (one["ok"], "only nodes" in one["says"]) == (None, True)
    assert provider.forms == []
    desk.control.abroad.settings.variables["IDP_SECRET"] = "known-here"  # type: ignore[index]
    _, told = await check(desk, config)
    (one,) = (one for one in told["checks"] if one["what"] == "client authentication")
    assert one["ok"] is True
    assert "known-here" not in str(told)
    status, _ = await check(desk, {"issuer": "{vault://env/elsewhere}"})
    assert status == 400


@pytest.mark.parametrize(
    ("config", "more"),
    [
        ({}, {}),
        ({"issuer": ISSUER, "client_secret": ["{masked}"]}, {}),
        ({"issuer": ISSUER, "client_secret": ["{vault://none/x}"]}, {}),
        ({"issuer": ISSUER}, {"id": "nobody"}),
        ({"issuer": ISSUER}, {"redirect_base": "javascript:x"}),
        ({"issuer": ISSUER}, {"colour": "red"}),
    ],
)
async def test_what_cannot_be_written_is_not_tried(
    desk: Desk, config: dict[str, Any], more: dict[str, Any]
) -> None:
    provider = await trying(desk)
    status, told = await check(desk, config, **more)
    assert (status, provider.calls) == (400, [])
    assert told["message"]


async def test_it_takes_an_operator_and_is_written_down(desk: Desk) -> None:
    await trying(desk)
    await check(desk, {"issuer": ISSUER})
    (entry,) = (await desk.get("/audit?kind=providers"))["data"]
    assert (entry["action"], entry["after"]) == ("try", {"issuer": ISSUER})
    desk.caller = Caller("v", Role.VIEWER, "token")
    assert (await check(desk, {"issuer": ISSUER}))[0] == 403
