import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import GATEWAY, JWT, OPAQUE, Basic, Client

pytestmark = pytest.mark.anyio


async def test_client_credentials_give_a_token(idp: Client) -> None:
    status, answer = await idp.token()
    assert status == 200
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600
    assert answer["scope"] == "read"
    assert "." not in answer["access_token"]


async def test_credentials_are_taken_from_the_form_too(idp: Client) -> None:
    status, _ = await idp.token(None, client_id=OPAQUE.login, client_secret=OPAQUE.password)
    assert status == 200


async def test_an_application_with_jwt_tokens_gets_a_jwt(idp: Client) -> None:
    _, answer = await idp.token(JWT, scope="write read write")
    token = parse(answer["access_token"])
    assert token.typ == "at+jwt"
    assert token.payload["scp"] == ["write", "read"]


async def test_the_password_grant_gives_a_users_token(idp: Client) -> None:
    form = {"grant_type": "password", "username": "alice", "password": "alice-password"}
    _, answer = await idp.token(JWT, **form)
    assert parse(answer["access_token"]).payload["sub"] == "alice"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unauthorized_client"),
        ({"grant_type": "authorization_code", "code": "x"}, "unauthorized_client"),
        ({"scope": "read root"}, "invalid_scope"),
        ({"audience": "api://other"}, "invalid_target"),
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "password", "username": "alice", "password": "x"}, "invalid_grant"),
        ({"grant_type": "password", "username": "eve", "password": "x"}, "invalid_grant"),
    ],
)
async def test_what_is_not_allowed_is_refused_by_name(
    idp: Client, form: dict[str, str], error: str
) -> None:
    status, answer = await idp.token(**form)
    assert (status, answer["error"]) == (400, error)


async def test_a_grant_that_the_application_lacks_is_refused(idp: Client) -> None:
    status, answer = await idp.token(GATEWAY)
    assert (status, answer["error"]) == (400, "unauthorized_client")


async def test_a_deactivated_user_gets_no_token(idp: Client) -> None:
    await idp.manage("POST", "/api/v1/users/alice/lifecycle/deactivate")
    form = {"grant_type": "password", "username": "alice", "password": "alice-password"}
    status, answer = await idp.token(**form)
    assert (status, answer["error"]) == (400, "invalid_grant")


async def test_an_audience_of_the_application_may_be_chosen(idp: Client) -> None:
    new = {
        "label": "two",
        "credentials": {"oauthClient": {"client_id": "two", "client_secret": "s"}},
        "gatepost": {"audience": ["api://a", "api://b"], "expires_in": 60},
    }
    await idp.manage("POST", "/api/v1/apps", json=new)
    auth = Basic("two", "s")
    _, first = await idp.token(auth)
    _, second = await idp.token(auth, audience="api://b")
    assert parse(first["access_token"]).payload["aud"] == "api://a"
    assert parse(second["access_token"]).payload["aud"] == "api://b"
    assert first["expires_in"] == 60


async def test_tokens_are_not_to_be_stored_by_caches(idp: Client) -> None:
    form = {"grant_type": "client_credentials"}
    async with idp.http.post(idp.issuer + "/v1/token", data=form, headers=OPAQUE.header) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
    async with idp.http.get(idp.issuer + "/v1/token") as answer:
        assert answer.status == 405
