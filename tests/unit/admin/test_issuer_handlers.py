from urllib.parse import quote

import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.admin.issuers import Issuers, issuer_id
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER, Provider

pytestmark = pytest.mark.anyio


@pytest.fixture
async def asking(desk: Desk) -> Desk:
    desk.control.issuers._fetch = Provider()
    await desk.make("/plugins", name="openid-connect", config={"issuer": ISSUER})
    return desk


async def test_the_issuers_of_the_plugins_are_shown(asking: Desk) -> None:
    (one,) = (await asking.get("/openid-connect/issuers"))["data"]
    assert (one["issuer"], one["problem"]) == (ISSUER, None)
    assert await asking.get(f"/openid-connect/issuers/{one['id']}") == one
    assert await asking.get(f"/openid-connect/issuers/{quote(ISSUER, safe='')}") == one


async def test_one_that_no_plugin_names_is_not_asked(asking: Desk) -> None:
    for path in (issuer_id("https://else.example"), quote("https://else.example", safe="")):
        assert (await asking.ask("GET", f"/openid-connect/issuers/{path}")).status == 404
        assert (await asking.ask("DELETE", f"/openid-connect/issuers/{path}")).status == 404


async def test_they_are_forgotten_and_asked_again(asking: Desk) -> None:
    issuers: Issuers = asking.control.issuers
    await asking.get("/openid-connect/issuers")
    for path in ("/openid-connect/issuers", f"/openid-connect/issuers/{issuer_id(ISSUER)}"):
        assert issuers._known or await asking.get("/openid-connect/issuers")
        assert (await asking.ask("DELETE", path)).status == 204
        assert not issuers._known


async def test_a_viewer_makes_nobody_call_out(asking: Desk) -> None:
    asking.caller = Caller("v", Role.VIEWER, "token")
    assert (await asking.ask("GET", "/openid-connect/issuers")).status == 403
    assert await asking.get("/openid-connect/jwks") == {"keys": []}
