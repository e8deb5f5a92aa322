import aiohttp
import pytest

from gatepost.idp import running
from gatepost.oidc import KeySet, parse, verify
from gatepost.values import Secret
from tests.unit.idp.calling import JWT, Client
from tests.unit.idp.party import Party
from tests.unit.idp.person import Person, refresh

pytestmark = pytest.mark.anyio


async def test_users_are_found_by_login_and_by_id(idp: Client) -> None:
    new = {"profile": {"login": "carol"}, "credentials": {"password": {"value": "pw"}}}
    _, carol = await idp.manage("POST", "/api/v1/users?activate=true", json=new)
    assert (await idp.manage("GET", "/api/v1/users/carol"))[1] == carol
    assert (await idp.manage("GET", f"/api/v1/users/{carol['id']}"))[1] == carol
    assert (await idp.manage("POST", "/api/v1/users", json=new))[0] == 400
    assert (await idp.manage("POST", "/api/v1/users?activate=false", json=new))[0] == 400
    assert (await idp.manage("DELETE", "/api/v1/users/carol"))[0] == 204
    assert (await idp.manage("GET", "/api/v1/users/carol"))[0] == 404


async def test_a_deactivated_users_token_is_inactive(idp: Client) -> None:
    form = {"grant_type": "password", "username": "bob", "password": "bob-password"}
    _, given = await idp.token(**form)
    await idp.manage("POST", "/api/v1/users/bob/lifecycle/deactivate")
    assert (await idp.introspect(given["access_token"]))[1] == {"active": False}


async def test_ending_a_users_sessions_tells_their_applications(
    idp: Client, person: Person, party: Party
) -> None:
    tokens = await person.log_in()
    sid = parse(tokens["id_token"]).payload["sid"]
    assert await idp.manage("DELETE", "/api/v1/users/alice/sessions") == (204, None)
    (told,) = (parse(token).payload for token in party.tokens)
    assert (told["sid"], told["sub"]) == (sid, "alice")
    assert (await person.ask(prompt="none")).told["error"] == "login_required"
    assert (await idp.introspect(tokens["access_token"]))[1]["active"] is True
    assert await idp.manage("DELETE", "/api/v1/users/alice/sessions") == (204, None)
    assert len(party.tokens) == 1


async def test_ending_them_can_revoke_the_users_tokens_too(idp: Client, person: Person) -> None:
    tokens = await person.log_in()
    path = "/api/v1/users/alice/sessions?oauthTokens=true"
    assert (await idp.manage("DELETE", path))[0] == 204
    assert (await idp.introspect(tokens["access_token"]))[1] == {"active": False}
    assert (await refresh(idp, tokens["refresh_token"]))[0] == 400
    assert "code" in (await person.arrive()).told  # the user is as active as before


async def test_each_application_can_be_told_once_by_the_subject_alone(
    idp: Client, person: Person, party: Party
) -> None:
    another = Person(idp)
    async with another.http:
        await person.log_in()
        await another.log_in()
        await idp.manage("DELETE", "/api/v1/users/alice/sessions?by=sub")
    (told,) = (parse(token).payload for token in party.tokens)
    assert told["sub"] == "alice"
    assert "sid" not in told


async def test_by_sid_each_session_is_told(idp: Client, person: Person, party: Party) -> None:
    another = Person(idp)
    async with another.http:
        sids = [parse((await p.log_in())["id_token"]).payload["sid"] for p in (person, another)]
        await idp.manage("DELETE", "/api/v1/users/alice/sessions?by=sid")
    assert sorted(str(parse(t).payload["sid"]) for t in party.tokens) == sorted(map(str, sids))


async def test_sessions_are_ended_of_known_users_and_in_known_ways(idp: Client) -> None:
    for query, status in (("?by=name", 400), ("?oauthTokens=yes", 400), ("?all=true", 400)):
        path = f"/api/v1/users/alice/sessions{query}"
        assert (await idp.manage("DELETE", path))[0] == status
    assert (await idp.manage("DELETE", "/api/v1/users/nobody/sessions"))[0] == 404


async def test_a_user_is_put_into_a_group_and_taken_out(idp: Client) -> None:
    form = {"grant_type": "password", "username": "bob", "password": "bob-password"}
    _, group = await idp.manage("POST", "/api/v1/groups", json={"profile": {"name": "new"}})
    path = f"/api/v1/groups/{group['id']}/users"
    assert (await idp.manage("PUT", f"{path}/bob"))[0] == 204
    assert [one["profile"]["login"] for one in (await idp.manage("GET", path))[1]] == ["bob"]
    _, given = await idp.token(JWT, **form)
    assert parse(given["access_token"]).payload["groups"] == ["Everyone", "new"]
    assert (await idp.manage("DELETE", f"{path}/bob"))[0] == 204
    assert (await idp.manage("GET", path))[1] == []
    assert (await idp.manage("PUT", f"{path}/nobody"))[0] == 404
    assert (await idp.manage("PUT", "/api/v1/groups/none/users/bob"))[0] == 404
    assert (await idp.manage("GET", "/api/v1/groups/none/users"))[0] == 404
    assert (await idp.manage("DELETE", f"/api/v1/groups/{group['id']}"))[0] == 204
    assert (await idp.manage("GET", "/api/v1/groups/new"))[0] == 404


async def test_keys_rotate_and_old_ones_are_withdrawn_on_request(idp: Client) -> None:
    rotate = "/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate"
    _, first = await idp.token(JWT)
    status, shown = await idp.manage("POST", rotate)
    assert status == 200
    assert [key["status"] for key in shown] == ["ACTIVE", "EXPIRED"]
    _, second = await idp.token(JWT)
    keys = KeySet.read(await idp.get("/v1/keys"), idp.issuer)
    for given in (first, second):
        verify(parse(given["access_token"]), keys)
    assert len((await idp.manage("POST", f"{rotate}?withdraw=true&alg=EdDSA"))[1]) == 1
    keys = KeySet.read(await idp.get("/v1/keys"), idp.issuer)
    assert [key.alg for key in keys.keys] == ["EdDSA"]
    for wrong in ("alg=HS256", "withdraw=yes", "keep=old"):
        assert (await idp.manage("POST", f"{rotate}?{wrong}"))[0] == 400
    listing = "/api/v1/authorizationServers/default/credentials/keys"
    assert len((await idp.manage("GET", listing))[1]) == 1


@pytest.mark.parametrize("kind", ["apps", "users", "groups"])
async def test_what_cannot_be_done_is_told_in_oktas_shape(idp: Client, kind: str) -> None:
    for method, path, options, expected in (
        ("POST", f"/api/v1/{kind}", {"data": b"{"}, 400),
        ("POST", f"/api/v1/{kind}", {"json": {"unknown": 1}}, 400),
        ("GET", f"/api/v1/{kind}?limit=5", {}, 400),
        ("GET", f"/api/v1/{kind}/none", {}, 404),
        ("PUT", f"/api/v1/{kind}", {}, 405),
        ("GET", "/api/v1/planets", {}, 404),
    ):
        status, answer = await idp.manage(method, path, **options)
        assert status == expected, (method, path)
        assert answer["errorCode"].startswith("E00")


async def test_an_api_token_is_demanded_where_one_was_set() -> None:
    async with (
        running(alg="ES256", api_token=Secret("t0ken")) as idp,
        aiohttp.ClientSession() as http,
    ):
        url = f"{idp.url}/api/v1/apps"
        async with http.get(url) as answer:
            assert answer.status == 403
        async with http.get(url, headers={"Authorization": "SSWS t0ken"}) as answer:
            assert answer.status == 200
