import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import JWT, Basic, Client
from tests.unit.idp.person import Person, refresh, replace

pytestmark = pytest.mark.anyio


async def test_an_application_is_created_listed_used_and_deleted(idp: Client) -> None:
    status, app = await idp.manage("POST", "/api/v1/apps", json={"label": "Mine"})
    assert status == 200
    client = app["credentials"]["oauthClient"]
    auth = Basic(client["client_id"], client["client_secret"])
    assert (await idp.token(auth))[0] == 200
    _, found = await idp.manage("GET", "/api/v1/apps?q=mine")
    assert [one["id"] for one in found] == [app["id"]]
    assert "client_secret" not in str(found)
    assert (await idp.manage("GET", f"/api/v1/apps/{app['id']}"))[0] == 200
    assert (await idp.manage("DELETE", f"/api/v1/apps/{app['id']}"))[0] == 204
    assert (await idp.manage("GET", f"/api/v1/apps/{app['id']}"))[0] == 404
    assert (await idp.token(auth))[0] == 401


async def test_a_web_application_is_created_and_its_addresses_replaced(
    idp: Client, person: Person
) -> None:
    new = {
        "label": "Shop",
        "credentials": {"oauthClient": {"client_id": "shop", "client_secret": "s"}},
        "settings": {
            "oauthClient": {
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "redirect_uris": ["https://shop.example/cb"],
                "application_type": "web",
            }
        },
        "gatepost": {"scopes": ["openid"]},
    }
    assert (await idp.manage("POST", "/api/v1/apps", json=new))[0] == 200
    asked = {"client_id": "shop", "scope": "openid", "redirect_uri": "https://shop.example/other"}
    assert (await person.ask(**asked)).status == 400
    await replace(idp, "shop", redirect_uris=["https://shop.example/other"])
    assert (await person.ask(**asked)).status == 200
    asked["redirect_uri"] = "https://shop.example/cb"
    assert (await person.ask(**asked)).status == 400


async def test_what_was_given_stays_when_an_application_is_replaced(
    idp: Client, person: Person
) -> None:
    tokens = await person.log_in()
    await replace(idp, expires_in=60)
    assert (await idp.introspect(tokens["access_token"]))[1]["active"] is True
    status, again = await refresh(idp, tokens["refresh_token"])
    assert (status, again["expires_in"]) == (200, 60)


async def test_a_replacement_that_cannot_be_changes_nothing(idp: Client) -> None:
    path = "/api/v1/apps/tutorial-jwt"
    for wrong in (
        {},
        {"label": "x", "credentials": {"oauthClient": {"client_id": "other"}}},
        {"label": "x", "settings": {"oauthClient": {"redirect_uris": ["/relative"]}}},
    ):
        status, answer = await idp.manage("PUT", path, json=wrong)
        assert (status, answer["errorCode"]) == (400, "E0000001")
    _, given = await idp.token(JWT)
    assert parse(given["access_token"]).payload["department"] == "tutorials"
    assert (await idp.manage("PUT", "/api/v1/apps/none", json={"label": "x"}))[0] == 404


async def test_lifecycle_changes_the_status(idp: Client) -> None:
    path = "/api/v1/apps/tutorial-jwt"
    assert await idp.manage("POST", f"{path}/lifecycle/deactivate") == (200, {})
    assert (await idp.manage("GET", path))[1]["status"] == "INACTIVE"
    assert (await idp.manage("POST", f"{path}/lifecycle/activate"))[0] == 200
    assert (await idp.manage("GET", path))[1]["status"] == "ACTIVE"
    assert (await idp.manage("POST", f"{path}/lifecycle/explode"))[0] == 404
    assert (await idp.manage("POST", "/api/v1/apps/none/lifecycle/activate"))[0] == 404
