import pytest

from gatepost.oidc import KeySet, parse, verify
from tests.unit.idp.calling import GATEWAY, JWT, OPAQUE, Basic, Client
from tests.unit.idp.person import DEMO, Person, refresh

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("auth", [OPAQUE, JWT])
async def test_an_active_token_is_described(idp: Client, auth: Basic) -> None:
    _, given = await idp.token(auth)
    status, answer = await idp.introspect(given["access_token"])
    assert status == 200
    assert answer["active"] is True
    assert answer["client_id"] == auth.login
    assert answer["iss"] == idp.issuer
    assert answer["exp"] == 1_800_003_600


async def test_nothing_is_told_about_a_token_that_is_not_active(idp: Client) -> None:
    assert await idp.introspect("no-such-token") == (200, {"active": False})
    _, given = await idp.token()
    idp.clock.time += 3600
    assert await idp.introspect(given["access_token"]) == (200, {"active": False})


async def test_a_deactivated_application_has_no_active_token(idp: Client) -> None:
    _, given = await idp.token()
    await idp.manage("POST", "/api/v1/apps/tutorial-opaque/lifecycle/deactivate")
    assert await idp.introspect(given["access_token"]) == (200, {"active": False})
    status, answer = await idp.token()
    assert (status, answer["error"]) == (401, "invalid_client")
    await idp.manage("POST", "/api/v1/apps/tutorial-opaque/lifecycle/activate")
    assert await idp.introspect(given["access_token"]) == (200, {"active": False})
    _, fresh = await idp.token()
    assert (await idp.introspect(fresh["access_token"]))[1]["active"] is True


async def test_only_an_application_may_ask(idp: Client) -> None:
    _, given = await idp.token()
    assert (await idp.introspect(given["access_token"], None))[0] == 401
    wrong = Basic("gateway", "wrong")
    assert (await idp.introspect(given["access_token"], wrong))[0] == 401
    assert (await idp.post("/v1/introspect", GATEWAY))[1]["error"] == "invalid_request"


@pytest.mark.parametrize("media", ["application/token-introspection+jwt", "application/jwt"])
async def test_the_answer_is_signed_when_that_is_accepted(idp: Client, media: str) -> None:
    _, given = await idp.token()
    async with idp.http.post(
        idp.issuer + "/v1/introspect",
        data={"token": given["access_token"]},
        headers={**GATEWAY.header, "Accept": f"{media}, text/plain;q=0.1"},
    ) as answer:
        assert answer.content_type == media
        signed = parse(await answer.text())
    verify(signed, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    assert signed.typ == "token-introspection+jwt"
    assert signed.payload["aud"] == "gateway"
    assert signed.payload["iss"] == idp.issuer
    told = signed.payload["token_introspection"]
    assert isinstance(told, dict)
    assert told["active"] is True


async def test_a_refresh_token_is_described_to_its_own_application_alone(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    text = tokens["refresh_token"]
    for hint in ("access_token", "refresh_token"):
        _, told = await idp.post("/v1/introspect", DEMO, token=text, token_type_hint=hint)
        assert told == {
            "active": True,
            "token_type": "refresh_token",
            "iss": idp.issuer,
            "client_id": "demo-app",
            "username": "alice",
            "sub": "alice",
            "scope": tokens["scope"],
            "iat": 1_800_000_000,
            "exp": 1_800_000_000 + 30 * 86_400,
            "sid": parse(tokens["id_token"]).payload["sid"],
        }
    assert await idp.introspect(text) == (200, {"active": False})
    await refresh(idp, text)
    assert (await idp.introspect(text, DEMO))[1] == {"active": False}
