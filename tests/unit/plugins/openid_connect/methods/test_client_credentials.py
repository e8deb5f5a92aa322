import base64

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.revocations import Revocation
from gatepost.plugin.testkit import BEGIN, json_reply
from gatepost.values import Headers, Reply, Tag, TagKind
from tests.unit.plugins.openid_connect.provider_script import (
    ISSUER,
    OTHER_KEY,
    Gate,
    code,
    jwt,
    status,
)

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["client_credentials"]}


def basic(name: str = "app", secret: str = "pw") -> tuple[str, str]:
    return "Authorization", "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


async def test_the_secret_is_traded_for_a_token_that_goes_upstream() -> None:
    gate = Gate(**ONLY)
    answer = await gate.ask(basic())
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.authorization == "Bearer opaque-granted"
    assert gate.provider.form() == {"grant_type": ["client_credentials"], "scope": ["openid"]}
    assert gate.provider.calls[-1].headers.get("authorization") == basic()[1]


async def test_the_second_request_costs_no_call_until_the_token_ends() -> None:
    gate = Gate(**ONLY)
    for _ in range(3):
        answer = await gate.ask(basic())
    assert gate.provider.count("token") == 1
    gate.world.jump(400)
    answer = await gate.ask(basic())
    assert answer.memory.until == BEGIN + 600
    gate.world.jump(200)
    await gate.ask(basic())
    assert gate.provider.count("token") == 2


async def test_another_secret_is_another_trade() -> None:
    gate = Gate(**ONLY)
    await gate.ask(basic())
    gate.provider.on("POST", "/v1/token", json_reply({"error": "invalid_client"}, 401))
    answer = await gate.ask(basic(secret="wrong"))
    assert (status(answer), code(answer)) == (401, "credential.refused")
    assert answer.memory.until == 0


async def test_a_refusal_is_kept_only_on_demand() -> None:
    for config, calls in (({}, 2), ({"cache_ttl_neg": 30}, 1)):
        gate = Gate(**ONLY, **config)
        gate.provider.on("POST", "/v1/token", json_reply({"error": "invalid_client"}, 401))
        for _ in range(2):
            assert status(await gate.ask(basic())) == 401
        assert gate.provider.count("token") == calls
        gate.provider.on("POST", "/v1/token", json_reply(gate.provider.grant))
        gate.world.jump(30)
        assert status(await gate.ask(basic())) == 200


async def test_without_caching_every_request_trades() -> None:
    gate = Gate(**ONLY, cache_tokens=False)
    for _ in range(2):
        assert (await gate.ask(basic())).memory.until == 0
    assert gate.provider.count("token") == 2
    assert not gate.plan.remember


async def test_a_lifetime_of_nothing_is_not_kept() -> None:
    gate = Gate(**ONLY)
    gate.provider.grant["expires_in"] = 0
    for _ in range(2):
        await gate.ask(basic())
    assert gate.provider.count("token") == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(400, Headers([("content-type", "text/html")]), b"<html>"),
        json_reply({"error": "server_error"}, 400),
        json_reply({"access_token": "a", "token_type": "mac"}),
        json_reply({"token_type": "Bearer"}),
    ],
)
async def test_a_failing_provider_is_503(reply: Reply) -> None:
    gate = Gate(**ONLY)
    gate.provider.on("POST", "/v1/token", reply)
    answer = await gate.ask(basic())
    assert (status(answer), answer.memory.until) == (503, 0)


async def test_a_granted_jwt_is_verified() -> None:
    gate = Gate(**ONLY)
    gate.provider.grant["access_token"] = jwt(client_id="app")
    assert status(await gate.ask(basic())) == 200
    gate.provider.grant["access_token"] = jwt(OTHER_KEY)
    assert code(await gate.ask(basic("other"))) == "token.unknown_key"
    lax = Gate(**ONLY, ignore_signature=["client_credentials"])
    lax.provider.grant["access_token"] = jwt(OTHER_KEY)
    assert status(await lax.ask(basic())) == 200
    assert lax.provider.count("jwks") == 0


async def test_a_granted_jwt_without_a_stated_lifetime_is_renewed_when_it_ends() -> None:
    gate = Gate(**ONLY)
    gate.provider.grant = {"access_token": jwt(exp=BEGIN + 60), "token_type": "Bearer"}
    answer = await gate.ask(basic())
    assert answer.memory.until == BEGIN + 60
    gate.world.jump(60)
    gate.provider.grant["access_token"] = jwt(exp=BEGIN + 120)
    assert status(await gate.ask(basic())) == 200
    gate.world.jump(60)
    gate.provider.away()
    assert status(await gate.ask(basic())) == 503  # never 401: the secret is still good


async def test_a_token_granted_expired_is_the_providers_failure() -> None:
    gate = Gate(**ONLY)
    gate.provider.grant["access_token"] = jwt(exp=BEGIN - 1)
    assert status(await gate.ask(basic())) == 503


@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic app:pw",
        "basic " + base64.b64encode(b":pw").decode(),
        "Basic " + base64.b64encode(b"\xff:x").decode(),
    ],
)
async def test_a_malformed_basic_credential_is_rejected_without_a_call(value: str) -> None:
    gate = Gate(**ONLY)
    answer = await gate.ask(("Authorization", value))
    assert (status(answer), code(answer)) == (401, "credential.malformed")
    assert gate.provider.calls == []


async def test_query_and_body_are_places_too_and_are_stripped() -> None:
    gate = Gate(**ONLY)
    answer = await gate.ask(args="client_id=app&client_secret=pw")
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.remove_args == ("client_id", "client_secret")
    form = ("Content-Type", "application/x-www-form-urlencoded")
    answer = await gate.ask(form, method="POST", body=b"client_id=app&client_secret=pw&x=1")
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.body == b"x=1"
    json_type = ("Content-Type", "application/json")
    body = b'{"client_id":"app","client_secret":"pw","x":1}'
    answer = await gate.ask(json_type, method="POST", body=body)
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.body == b'{"x":1}'
    assert answer.memory.until == 0
    assert gate.provider.count("token") == 1


async def test_an_id_without_a_secret_is_no_credential() -> None:
    assert code(await Gate(**ONLY).ask(args="client_id=app")) == "credential.absent"


async def test_everything_that_is_configured_is_in_the_call() -> None:
    gate = Gate(
        **ONLY,
        token_endpoint="https://idp.example/t",
        token_endpoint_auth_method="client_secret_post",
        scopes=["a", "b"],
        audience=["api", "other"],
        token_headers_names=["X-Fixed"],
        token_headers_values=["one"],
        token_headers_client=["X-Copied"],
        token_post_args_names=["resource"],
        token_post_args_values=["two"],
        token_post_args_client=["tenant", "region"],
    )
    gate.provider.when(lambda _: True, json_reply(gate.provider.grant))
    await gate.ask(basic(), ("X-Copied", "three"), ("Region", "north"), args="tenant=five")
    assert len(gate.provider.calls) == 1
    call = gate.provider.calls[0]
    assert (call.headers.get("x-fixed"), call.headers.get("x-copied")) == ("one", "three")
    assert gate.provider.form() == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
        "audience": ["api", "other"],
        "resource": ["two"],
        "tenant": ["five"],
        "region": ["north"],
        "client_id": ["app"],
        "client_secret": ["pw"],
    }


async def test_a_scope_from_the_request_takes_the_place_of_the_configured_one() -> None:
    gate = Gate(**ONLY, token_post_args_client=["scope"])
    await gate.ask(basic(), args="scope=read")
    assert gate.provider.form()["scope"] == ["read"]
    await gate.ask(basic(), args="scope=write")
    assert gate.provider.count("token") == 2


async def test_the_clients_own_configured_way_of_authentication_is_used() -> None:
    gate = Gate(
        **ONLY,
        client_id=["one", "app"],
        client_secret=["x", "y"],
        client_auth=["client_secret_basic", "client_secret_post"],
    )
    await gate.ask(basic())
    assert gate.provider.form()["client_secret"] == ["pw"]
    await gate.ask(basic("stranger"))
    assert "client_secret" not in gate.provider.form()


async def test_instances_share_tokens_only_by_salt() -> None:
    from gatepost.plugin.extract import HttpRequest
    from gatepost.plugin.testkit import ask_plan, plan_for
    from gatepost.plugins.openid_connect import plugin

    for salt, calls in ((None, 2), ("same", 1)):
        gate = Gate(**ONLY)
        config = {"issuer": ISSUER, **ONLY, "cache_tokens_salt": salt}
        request = HttpRequest(headers=Headers([basic()]))
        for _ in range(2):
            plan = plan_for(*[(plugin, config)] * (1 + _))
            link = plan.chain.links[-1]
            assert link.instance == f"openid-connect-{_}"
            lone = type(plan.chain)((link,))
            object.__setattr__(plan, "chain", lone)
            await ask_plan(plan, request, world=gate.world)
        assert gate.provider.count("token") == calls


async def test_headers_of_the_provider_are_replayed_where_configured() -> None:
    gate = Gate(
        **ONLY,
        token_headers_replay=["X-Quota"],
        token_headers_prefix="Idp-",
        token_headers_grants=["client_credentials"],
    )
    reply = json_reply(gate.provider.grant)
    fields = Headers([*reply.headers, ("x-quota", "9"), ("x-other", "1")])
    gate.provider.on("POST", "/v1/token", Reply(200, fields, reply.body))
    answer = await gate.ask(basic())
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.response_headers == (("Idp-X-Quota", "9"),)


async def test_a_revoked_client_is_refused_before_its_secret_travels() -> None:
    gate = Gate(**ONLY)
    await gate.ask(basic())
    tag = Tag.of(TagKind.CLIENT, ISSUER, "app")
    gate.world.revocations.add([Revocation(1, tag, BEGIN)])
    gate.world.sources.facts.purge([tag])
    gate.world.jump(10)
    assert code(await gate.ask(basic())) == "credential.revoked"
    assert gate.provider.count("token") == 1
    assert status(await gate.ask(basic("other"))) == 200


@pytest.mark.parametrize("args", ["client_id=%FF&client_secret=x", "client_id=a&client_secret=%ff"])
async def test_a_credential_that_is_no_text_is_the_callers_mistake(args: str) -> None:
    gate = Gate(**ONLY, client_credentials_param_type=["query"])
    assert code(await gate.ask(args=args)) == "credential.malformed"
    form = ("Content-Type", "application/json")
    gate = Gate(**ONLY, client_credentials_param_type=["body"])
    body = b'{"client_id":"\\ud800","client_secret":"x"}'
    answer = await gate.ask(form, method="POST", body=body)
    assert code(answer) in ("credential.malformed", "credential.absent")
    assert gate.provider.count("token") == 0
