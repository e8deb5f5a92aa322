import pytest

from tests.unit.idp.calling import JWT, OPAQUE, Client
from tests.unit.idp.person import DEMO, OTHER, Person, refresh

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


async def test_revoking_a_refresh_token_ends_its_whole_family(idp: Client, person: Person) -> None:
    tokens, other = await person.log_in(), await person.log_in()
    for hint in ("access_token", "refresh_token", "unknown"):
        form = {"token": tokens["refresh_token"], "token_type_hint": hint}
        assert (await idp.post("/v1/revoke", DEMO, **form))[0] == 200
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 400
    assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await idp.introspect(other["access_token"]))[1]["active"] is True


async def test_revoking_an_access_token_leaves_the_refresh_token(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    await idp.post("/v1/revoke", DEMO, token=tokens["access_token"])
    assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 200


async def test_the_refresh_token_of_another_application_is_left_alone(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    assert (await idp.post("/v1/revoke", OTHER, token=tokens["refresh_token"]))[0] == 400
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 200
