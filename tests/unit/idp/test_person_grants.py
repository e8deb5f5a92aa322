import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import Client
from tests.unit.idp.person import DEMO, OTHER, Person, redeem, refresh, replace

pytestmark = pytest.mark.anyio

ALICE = {"grant_type": "password", "username": "alice", "password": "alice-password"}


async def test_a_code_is_redeemed_once_and_a_second_try_revokes(
    idp: Client, person: Person
) -> None:
    code = (await person.arrive()).told["code"]
    status, tokens = await redeem(idp, code)
    assert status == 200
    assert (await idp.introspect(tokens["access_token"]))[1]["active"] is True
    status, answer = await redeem(idp, code)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await refresh(idp, tokens["refresh_token"]))[1]["error"] == "invalid_grant"


async def test_a_code_that_is_missing_is_told(idp: Client) -> None:
    status, answer = await redeem(idp, "")
    assert (status, answer["error_description"]) == (400, "code is missing")


async def test_a_refresh_gives_new_tokens_of_the_same_person(idp: Client, person: Person) -> None:
    first = await person.log_in(max_age="1000")
    idp.clock.time += 100
    status, second = await refresh(idp, first["refresh_token"])
    assert status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    before, after = (parse(t["id_token"]).payload for t in (first, second))
    assert after["iat"] == int(str(before["iat"])) + 100
    for same in ("iss", "sub", "aud", "sid", "auth_time", "groups", "email"):
        assert after[same] == before[same]
    assert "nonce" not in after
    assert (await idp.introspect(first["access_token"]))[1]["active"] is True


async def test_an_old_refresh_token_ends_everything_of_its_login_and_nothing_else(
    idp: Client, person: Person
) -> None:
    first, other = await person.log_in(), await person.log_in()
    _, second = await refresh(idp, first["refresh_token"])
    status, answer = await refresh(idp, first["refresh_token"])
    assert (status, answer["error"]) == (400, "invalid_grant")
    for tokens in (first, second):
        assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await refresh(idp, second["refresh_token"]))[0] == 400
    assert (await refresh(idp, other["refresh_token"]))[0] == 200


async def test_refresh_tokens_may_be_kept(idp: Client, person: Person) -> None:
    await replace(idp, refresh_token={"rotation_type": "STATIC", "leeway": 0})
    tokens = await person.log_in()
    for _ in range(3):
        status, again = await refresh(idp, tokens["refresh_token"])
        assert status == 200
        assert again["refresh_token"] == tokens["refresh_token"]


async def test_a_rotation_can_fail_to_happen(idp: Client, person: Person) -> None:
    tokens = await person.log_in()
    await idp.spoil("token", "refresh-no-rotation")
    _, again = await refresh(idp, tokens["refresh_token"])
    assert "refresh_token" not in again
    assert "refresh_token" in (await refresh(idp, tokens["refresh_token"]))[1]


async def test_scopes_are_narrowed_and_never_widened(idp: Client, person: Person) -> None:
    tokens = await person.log_in(scope="openid offline_access read")
    status, answer = await refresh(idp, tokens["refresh_token"], scope="openid email")
    assert (status, answer["error"]) == (400, "invalid_scope")
    status, narrow = await refresh(idp, tokens["refresh_token"], scope="read")
    assert (status, narrow["scope"]) == (200, "read")
    assert "id_token" not in narrow
    status, wide = await refresh(idp, narrow["refresh_token"])
    assert (status, wide["scope"]) == (200, "openid offline_access read")


async def test_another_application_cannot_use_it(idp: Client, person: Person) -> None:
    tokens = await person.log_in()
    status, answer = await refresh(idp, tokens["refresh_token"], OTHER)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 200


async def test_refresh_tokens_come_with_offline_access_or_always(
    idp: Client, person: Person
) -> None:
    assert "refresh_token" not in await person.log_in(scope="openid")
    await replace(idp, refresh="always")
    assert "refresh_token" in await person.log_in(scope="openid")
    assert "refresh_token" in await person.log_in(scope="read")


async def test_one_without_offline_access_dies_with_the_session(
    idp: Client, person: Person
) -> None:
    await replace(idp, refresh="always")
    online, offline = await person.log_in(scope="openid"), await person.log_in()
    await idp.manage("DELETE", "/api/v1/users/alice/sessions")
    assert (await refresh(idp, online["refresh_token"]))[0] == 400
    assert (await refresh(idp, offline["refresh_token"]))[0] == 200
    assert (await idp.introspect(online["access_token"]))[1]["active"] is True


async def test_a_deactivated_application_or_user_ends_everything(
    idp: Client, person: Person
) -> None:
    for path in ("/api/v1/apps/demo-app", "/api/v1/users/alice"):
        tokens = await person.log_in()
        await idp.manage("POST", f"{path}/lifecycle/deactivate")
        await idp.manage("POST", f"{path}/lifecycle/activate")
        assert (await refresh(idp, tokens["refresh_token"]))[0] == 400
        assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}


async def test_a_refresh_token_that_is_missing_is_told(idp: Client) -> None:
    status, answer = await refresh(idp, "")
    assert (status, answer["error_description"]) == (400, "refresh_token is missing")


async def test_the_password_grant_with_openid_gives_everything(idp: Client) -> None:
    status, tokens = await idp.token(DEMO, **ALICE, scope="openid email")
    assert status == 200
    claims = parse(tokens["id_token"]).payload
    assert (claims["sub"], claims["email"]) == ("alice", "alice@example.com")
    assert "sid" not in claims
    status, again = await refresh(idp, tokens["refresh_token"])
    assert (status, again["scope"]) == (200, "openid email")
    assert (await idp.userinfo(again["access_token"]))[1]["email"] == "alice@example.com"


async def test_without_openid_it_gives_what_it_gave_before(idp: Client) -> None:
    _, tokens = await idp.token(DEMO, **ALICE, scope="read")
    assert set(tokens) == {"token_type", "expires_in", "access_token", "scope"}
