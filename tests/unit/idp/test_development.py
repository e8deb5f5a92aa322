import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import Client
from tests.unit.idp.party import Party
from tests.unit.idp.person import Person

pytestmark = pytest.mark.anyio


async def test_calls_are_counted_also_when_they_are_spoilt(idp: Client) -> None:
    _, given = await idp.token()
    order = {"fault": "status-500", "endpoint": "introspect"}
    await idp.manage("POST", "/dev/misbehave", json=order)
    statuses = [(await idp.introspect(given["access_token"]))[0] for _ in range(2)]
    assert statuses == [500, 200]
    _, counted = await idp.manage("GET", "/dev/counters")
    assert counted["endpoints"] == {
        "discovery": 0, "keys": 0, "token": 1, "introspect": 2, "revoke": 0,
        "authorize": 0, "par": 0, "userinfo": 0, "claims": 0, "logout": 0,
    }  # fmt: skip
    assert counted["clients"]["tutorial-opaque"] == {"token": 1}
    _, counted = await idp.manage("DELETE", "/dev/counters")
    assert counted["endpoints"]["token"] == 0


async def test_misbehaviour_is_listed_ordered_and_ended(idp: Client) -> None:
    _, before = await idp.manage("GET", "/dev/misbehave")
    assert before["due"] == []
    assert "active-string" in before["faults"]["introspect"]
    order = {"fault": "html", "endpoint": "token", "times": 5}
    _, after = await idp.manage("POST", "/dev/misbehave", json=order)
    assert after["due"] == [{"fault": "html", "endpoint": "token", "left": 5}]
    await idp.manage("DELETE", "/dev/misbehave")
    assert (await idp.token())[0] == 200


async def test_calls_of_the_browser_side_are_counted(idp: Client, person: Person) -> None:
    tokens = await person.log_in()
    await idp.userinfo(tokens["access_token"])
    await person.open(f"{idp.issuer}/v1/logout?id_token_hint={tokens['id_token']}")
    _, counted = await idp.manage("GET", "/dev/counters")
    assert [counted["endpoints"][name] for name in ("authorize", "userinfo", "logout")] == [1] * 3
    assert counted["clients"]["demo-app"] == {"token": 1}


async def test_deliveries_of_logouts_are_listed_and_forgotten(
    idp: Client, person: Person, party: Party
) -> None:
    await person.log_in()
    await idp.manage("DELETE", "/api/v1/users/alice/sessions")
    _, made = await idp.manage("GET", "/dev/logouts")
    assert [(one["application"], one["url"], one["kind"], one["status"]) for one in made] == [
        ("demo-app", party.url, "back-channel", 200)
    ]
    assert (await idp.manage("DELETE", "/dev/logouts")) == (200, [])


async def test_ending_misbehaviour_puts_the_keys_back(idp: Client) -> None:
    await idp.spoil("discovery", "jwks-uri-moved")
    metadata = await idp.get("/.well-known/openid-configuration")
    assert metadata["jwks_uri"] != f"{idp.issuer}/v1/keys"
    await idp.manage("DELETE", "/dev/misbehave")
    assert (await idp.get("/v1/keys"))["keys"]


async def test_an_unknown_fault_is_refused_with_the_list(idp: Client) -> None:
    order = {"fault": "explode", "endpoint": "token"}
    status, answer = await idp.manage("POST", "/dev/misbehave", json=order)
    assert status == 400
    assert "not-json" in answer["error"]


async def test_tokens_are_minted_to_order(idp: Client) -> None:
    status, answer = await idp.manage("POST", "/dev/mint", json={"claims": {"sub": "me"}})
    assert status == 200
    assert parse(answer["token"]).payload["sub"] == "me"
    assert (await idp.introspect(answer["token"]))[1] == {"active": False}
    status, answer = await idp.manage("POST", "/dev/mint", json={"key": "gold"})
    assert status == 400
    assert "key" in answer["error"]


async def test_web_pages_may_not_use_any_of_it(idp: Client) -> None:
    for path in ("/dev/counters", "/dev/misbehave", "/dev/mint", "/dev/logouts", "/api/v1/apps"):
        headers = {"Origin": "https://evil.example"}
        assert (await idp.manage("POST", path, headers=headers))[0] == 403
        assert (await idp.manage("GET", path, headers={"Host": "evil.example"}))[0] == 403
