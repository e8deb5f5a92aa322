import asyncio

import pytest

from gatepost.oidc import KeySet, generate
from gatepost.plugin.testkit import json_reply
from gatepost.values import Call, Reply
from tests.unit.plugins.openid_connect.provider_script import (
    ISSUER,
    KEY,
    OTHER_KEY,
    Gate,
    Provider,
    code,
    jwt,
    status,
)

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["bearer"]}


async def test_the_first_token_under_a_new_key_is_accepted_at_once() -> None:
    gate = Gate(**ONLY)
    assert status(await gate.bearer(jwt())) == 200
    gate.world.jump(1)
    gate.provider.keys = [KEY, OTHER_KEY]
    assert status(await gate.bearer(jwt(OTHER_KEY))) == 200
    assert status(await gate.bearer(jwt())) == 200


async def test_a_new_key_is_kept_and_costs_no_further_call() -> None:
    gate = Gate(**ONLY)
    await gate.bearer(jwt())
    gate.world.jump(60)
    gate.provider.keys = [OTHER_KEY]
    for number in range(5):
        assert status(await gate.bearer(jwt(OTHER_KEY, jti=str(number)))) == 200
    before = gate.provider.count("jwks")
    gate.provider.away()
    gate.world.jump(1800)
    assert status(await gate.bearer(jwt(OTHER_KEY, exp=gate.world.wall + 60))) == 200
    assert gate.provider.count("jwks") == before <= 3
    withdrawn = await gate.bearer(jwt(exp=gate.world.wall + 60))
    assert status(withdrawn) == 503  # nobody can say now whether it is gone for good


async def test_a_flood_of_unknown_keys_costs_a_handful_of_calls() -> None:
    gate = Gate(**ONLY)
    tokens = [jwt(OTHER_KEY, header={"kid": f"k{number}"}) for number in range(200)]
    for token in tokens:
        answer = await gate.bearer(token)
        assert (status(answer), code(answer)) == (401, "token.unknown_key")
        gate.world.jump(0.1)
    assert gate.provider.count("jwks") <= 3
    assert gate.provider.count("discovery") <= 2


async def test_concurrent_unknown_keys_share_one_call() -> None:
    gate = Gate(**ONLY)
    await gate.bearer(jwt())
    token = [jwt(OTHER_KEY, header={"kid": f"k{number}"}) for number in range(50)]
    await asyncio.gather(*(gate.bearer(one) for one in token))
    assert gate.provider.count("jwks") <= 2


async def test_known_keys_go_on_while_the_provider_is_away_and_unknown_ones_are_503() -> None:
    gate = Gate(**ONLY)
    await gate.bearer(jwt())
    gate.provider.away()
    assert status(await gate.bearer(jwt(sub="bob"))) == 200
    answer = await gate.bearer(jwt(OTHER_KEY))
    assert (status(answer), answer.memory.until) == (503, 0)
    gate.world.jump(7200)
    answer = await gate.bearer(jwt(exp=gate.world.wall + 60))
    assert (status(answer), answer.memory.until) == (200, 0)  # on keys that stand in


async def test_without_any_keys_it_is_503_and_recovers_by_itself() -> None:
    provider = Provider()
    gate = Gate(**ONLY, provider=provider)
    provider.on("GET", "/v1/keys", Reply(500))
    assert status(await gate.bearer(jwt())) == 503
    provider.on("GET", "/v1/keys", json_reply(KeySet((KEY,)).public()))
    assert status(await gate.bearer(jwt())) == 200


async def test_a_document_that_names_another_issuer_is_503() -> None:
    gate = Gate(**ONLY)
    gate.provider.metadata["issuer"] = "https://evil.example"
    assert status(await gate.bearer(jwt())) == 503


async def test_a_configured_document_address_leaves_the_last_slash_to_the_document() -> None:
    gate = Gate(**{**ONLY, "issuer": f"{ISSUER}/.well-known/openid-configuration"})
    gate.provider.metadata["issuer"] = ISSUER + "/"
    assert status(await gate.bearer(jwt(iss=ISSUER + "/"))) == 200
    assert code(await gate.bearer(jwt())) == "token.issuer"


async def test_a_configured_key_address_needs_no_discovery() -> None:
    gate = Gate(**ONLY, jwks_endpoint="https://keys.example/v1/keys")
    assert status(await gate.bearer(jwt())) == 200
    assert [call.url for call in gate.provider.calls] == ["https://keys.example/v1/keys"]


async def test_a_pseudo_issuer_is_never_asked_for_discovery() -> None:
    gate = Gate(
        **{
            **ONLY,
            "issuer": "no address at all",
            "using_pseudo_issuer": True,
            "jwks_endpoint": "https://keys.example/v1/keys",
        }
    )
    assert status(await gate.bearer(jwt(iss="no address at all"))) == 200
    assert gate.provider.count("discovery") == 0


async def test_discovery_headers_are_sent_and_only_there() -> None:
    gate = Gate(**ONLY, discovery_headers_names=["X-Key"], discovery_headers_values=["canary"])
    await gate.bearer(jwt())
    assert [call.headers.get("x-key") for call in gate.provider.calls] == ["canary", None]


def elsewhere(call: Call) -> bool:
    return call.url.startswith("https://more.example")


async def test_extra_keys_are_asked_only_when_the_providers_own_do_not_fit() -> None:
    gate = Gate(
        **ONLY, extra_jwks_uris=["https://more.example/keys"], issuers_allowed=[ISSUER, "other"]
    )
    gate.provider.when(elsewhere, json_reply(KeySet((OTHER_KEY,)).public()))
    assert status(await gate.bearer(jwt())) == 200
    assert not any(elsewhere(call) for call in gate.provider.calls)
    assert status(await gate.bearer(jwt(OTHER_KEY, iss="other"))) == 200


async def test_an_extra_key_of_the_same_id_is_found() -> None:
    twin = generate("ES256", "key-1")
    gate = Gate(**ONLY, extra_jwks_uris=["https://more.example/keys"])
    gate.provider.when(elsewhere, json_reply(KeySet((twin,)).public()))
    assert status(await gate.bearer(jwt(twin))) == 200
    assert code(await gate.bearer(jwt(OTHER_KEY, header={"kid": "key-1"}))) == "token.signature"


async def test_an_extra_address_that_is_away_is_503_only_for_what_it_may_know() -> None:
    gate = Gate(**ONLY, extra_jwks_uris=["https://more.example/keys"])
    gate.provider.when(elsewhere, Reply(500))
    assert status(await gate.bearer(jwt())) == 200
    assert status(await gate.bearer(jwt(OTHER_KEY))) == 503


async def test_an_extra_address_serves_while_the_provider_is_away() -> None:
    gate = Gate(
        **ONLY,
        jwks_endpoint="https://idp.example/v1/keys",
        extra_jwks_uris=["https://more.example/keys"],
    )
    gate.provider.on("GET", "/v1/keys", Reply(500))
    gate.provider.when(elsewhere, json_reply(KeySet((OTHER_KEY,)).public()))
    assert status(await gate.bearer(jwt(OTHER_KEY))) == 200
    assert status(await gate.bearer(jwt())) == 503


async def test_a_bad_signature_under_a_known_key_fetches_nothing_anew() -> None:
    gate = Gate(**ONLY)
    for number in range(5):
        forged = jwt(OTHER_KEY, header={"kid": "key-1"}, jti=str(number))
        assert code(await gate.bearer(forged)) == "token.signature"
    assert gate.provider.count("jwks") == 1


async def test_no_keys_are_fetched_again_sooner_than_configured() -> None:
    gate = Gate(**ONLY, rediscovery_lifetime=100)
    await gate.bearer(jwt(OTHER_KEY))
    before = gate.provider.count("jwks")
    gate.world.jump(99)
    await gate.bearer(jwt(OTHER_KEY, jti="a"))
    assert gate.provider.count("jwks") == before
    gate.world.jump(1)
    await gate.bearer(jwt(OTHER_KEY, jti="b"))
    assert gate.provider.count("jwks") == before + 1
