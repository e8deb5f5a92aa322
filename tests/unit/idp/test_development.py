import pytest

from gatepost.oidc import parse
from tests.unit.idp.calling import Client

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
    for path in ("/dev/counters", "/dev/misbehave", "/dev/mint", "/api/v1/apps"):
        headers = {"Origin": "https://evil.example"}
        assert (await idp.manage("POST", path, headers=headers))[0] == 403
        assert (await idp.manage("GET", path, headers={"Host": "evil.example"}))[0] == 403
