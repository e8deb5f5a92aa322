import pytest

from tests.unit.idp.calling import JWT, OPAQUE, Client

pytestmark = pytest.mark.anyio


async def test_a_revoked_token_is_inactive(idp: Client) -> None:
    _, given = await idp.token()
    assert await idp.post("/v1/revoke", OPAQUE, token=given["access_token"]) == (200, {})
    assert await idp.introspect(given["access_token"]) == (200, {"active": False})


async def test_an_unknown_token_is_no_error(idp: Client) -> None:
    assert await idp.post("/v1/revoke", OPAQUE, token="x") == (200, {})


async def test_the_token_of_another_application_is_left_alone(idp: Client) -> None:
    _, given = await idp.token()
    status, answer = await idp.post("/v1/revoke", JWT, token=given["access_token"])
    assert (status, answer["error"]) == (400, "unauthorized_client")
    assert (await idp.introspect(given["access_token"]))[1]["active"] is True


async def test_a_call_without_token_or_client_is_refused(idp: Client) -> None:
    assert (await idp.post("/v1/revoke", OPAQUE))[0] == 400
    assert (await idp.post("/v1/revoke", None, token="x"))[0] == 401
