import json

import pytest

from gatepost.admin.issuers import FRESH, Issuers, issuer_id
from gatepost.values import By, Call, Fault, Headers, Reply
from tests.databases import Hands
from tests.unit.admin.test_login import ISSUER, Provider

pytestmark = pytest.mark.anyio


async def test_an_issuer_is_asked_once_in_a_while_and_shown_with_its_keys() -> None:
    calls: list[str] = []
    provider, clock = Provider(), Hands()

    async def fetch(call: Call) -> Reply:
        calls.append(call.purpose)
        return await provider(call)

    issuers = Issuers(fetch, clock)
    (one,) = await issuers.told(frozenset({ISSUER}))
    shown = one.shown()
    assert (shown["id"], shown["issuer"], shown["problem"]) == (issuer_id(ISSUER), ISSUER, None)
    assert shown["configuration"]["token_endpoint"] == f"{ISSUER}/token"
    assert [key["kid"] for key in shown["keys"]] == ["one"]
    assert "d" not in shown["keys"][0]
    await issuers.told(frozenset({ISSUER}))
    assert calls == ["discovery", "jwks"]
    clock.now += FRESH
    await issuers.told(frozenset({ISSUER}))
    issuers.forget(ISSUER)
    await issuers.told(frozenset({ISSUER}))
    issuers.forget()
    await issuers.told(frozenset({ISSUER}))
    assert len(calls) == 8


async def test_one_that_is_away_says_why_and_is_asked_again_sooner() -> None:
    clock, calls = Hands(), 0

    async def fetch(call: Call) -> Reply:
        nonlocal calls
        calls += 1
        raise Fault("provider.timeout", "It did not answer.", by=By.PROVIDER, cause="5 s")

    issuers = Issuers(fetch, clock)
    for _ in range(2):
        (one,) = await issuers.told(frozenset({ISSUER}))
        assert (one.configuration, one.problem) == (None, "It did not answer. (5 s)")
    clock.now += FRESH / 10
    await issuers.told(frozenset({ISSUER}))
    assert calls == 2


async def test_what_is_no_discovery_document_is_a_problem_and_no_error() -> None:
    async def fetch(call: Call) -> Reply:
        fields = Headers([("Content-Type", "application/json")])
        return Reply(200, fields, json.dumps({"issuer": "https://other.example"}).encode())

    (one,) = await Issuers(fetch).told(frozenset({ISSUER, ISSUER}))
    assert "another issuer" in (one.problem or "")


async def test_no_more_issuers_are_remembered_than_there_is_room_for() -> None:
    async def fetch(call: Call) -> Reply:
        raise Fault("provider.timeout", "It did not answer.", by=By.PROVIDER)

    issuers = Issuers(fetch)
    for number in range(1010):
        await issuers.told(frozenset({f"https://{number}.example"}))
    assert len(issuers._known) == 1000


async def test_what_is_known_is_told_without_asking() -> None:
    calls = 0

    async def fetch(call: Call) -> Reply:
        nonlocal calls
        calls += 1
        raise Fault("provider.timeout", "It did not answer.", by=By.PROVIDER)

    issuers = Issuers(fetch)
    assert issuers.known(frozenset({ISSUER})) == []
    told = await issuers.told(frozenset({ISSUER}))
    asked = calls
    assert issuers.known(frozenset({ISSUER, "https://other.example"})) == told
    assert calls == asked
