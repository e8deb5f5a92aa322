import pytest

from gatepost.oidc import sign
from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import BEGIN, json_reply
from gatepost.values import Headers, Reply
from tests.unit.plugins.openid_connect.provider_script import (
    ISSUER,
    KEY,
    OTHER_KEY,
    Gate,
    code,
    jwt,
    status,
)

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["introspection"], "client_id": ["gate"], "client_secret": ["s3"]}


async def test_an_active_token_goes_upstream() -> None:
    gate = Gate(**ONLY)
    answer = await gate.bearer("opaque")
    assert isinstance(answer.decision, Forward)
    assert answer.decision.edits.authorization == "Bearer opaque"
    assert gate.provider.form() == {"token": ["opaque"], "token_type_hint": ["access_token"]}
    assert gate.provider.calls[-1].headers.get("authorization", "").startswith("Basic ")


async def test_one_call_serves_many_requests_until_its_time_is_over() -> None:
    gate = Gate(**ONLY, cache_ttl=60)
    for _ in range(5):
        assert status(await gate.bearer("opaque")) == 200
    assert gate.provider.count("introspection") == 1
    gate.world.jump(61)
    await gate.bearer("opaque")
    assert gate.provider.count("introspection") == 2


async def test_without_caching_every_request_asks_and_nothing_is_remembered() -> None:
    gate = Gate(**ONLY, cache_introspection=False)
    for _ in range(3):
        answer = await gate.bearer("opaque")
        assert status(answer) == 200
        assert answer.memory.until == 0
    assert gate.provider.count("introspection") == 3
    assert not gate.plan.remember


async def test_a_jwt_is_introspected_where_bearer_is_off() -> None:
    gate = Gate(**ONLY)
    assert status(await gate.bearer(jwt(OTHER_KEY))) == 200
    assert gate.provider.count("introspection") == 1


async def test_a_jwt_goes_to_bearer_where_both_are_on() -> None:
    gate = Gate(**{**ONLY, "auth_methods": ["introspection", "bearer"]})
    assert code(await gate.bearer(jwt(OTHER_KEY))) == "token.unknown_key"
    assert gate.provider.count("introspection") == 0
    assert status(await gate.bearer("ya29.opaque.token")) == 200
    assert gate.provider.count("introspection") == 1


@pytest.mark.parametrize("active", [False, "true", 1, None, [True]])
async def test_only_true_is_active(active: object) -> None:
    gate = Gate(**ONLY)
    gate.provider.answer = {"active": active}
    answer = await gate.bearer("opaque")
    assert (status(answer), code(answer)) == (401, "token.inactive")
    assert answer.memory.until == BEGIN + 5


async def test_an_inactive_token_is_asked_about_again_soon_or_as_configured() -> None:
    gate = Gate(**ONLY)
    gate.provider.answer = {"active": False}
    await gate.bearer("opaque")
    gate.provider.answer = {"active": True}
    assert status(await gate.bearer("opaque")) == 401
    gate.world.jump(5)
    assert status(await gate.bearer("opaque")) == 200
    never = Gate(**ONLY, cache_ttl_neg=0)
    never.provider.answer = {"active": False}
    answer = await never.bearer("opaque")
    assert (status(answer), answer.memory.until) == (401, 0)


async def test_the_check_of_active_can_be_turned_off() -> None:
    gate = Gate(**ONLY, introspection_check_active=False)
    gate.provider.answer = {"active": False, "sub": "alice"}
    assert status(await gate.bearer("opaque")) == 200


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(401),
        Reply(429, Headers([("retry-after", "7")])),
        Reply(302, Headers([("location", "https://evil.example")])),
        Reply(200, Headers([("content-type", "text/html")]), b"<html>"),
        Reply(200, Headers([("content-type", "application/json")]), b'{"active":1,"active":true}'),
        json_reply([]),
        json_reply({}),
    ],
)
async def test_an_answer_that_says_nothing_is_503_and_never_inactive(reply: Reply) -> None:
    gate = Gate(**ONLY)
    gate.provider.on("POST", "/v1/introspect", reply)
    answer = await gate.bearer("opaque")
    assert status(answer) == 503
    assert answer.memory.until == 0
    gate.provider.on("POST", "/v1/introspect", json_reply({"active": True}))
    assert status(await gate.bearer("opaque")) == 200


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"exp": BEGIN}, "token.expired"),
        ({"nbf": BEGIN + 10}, "token.not_yet_valid"),
        ({"iss": "https://other.example"}, "token.issuer"),
        ({"token_type": "refresh_token"}, "token.kind"),
        ({"aud": {"a": 1}}, "token.audience"),
    ],
)
async def test_what_the_answer_says_is_checked_here_too(
    claims: dict[str, object], expected: str
) -> None:
    gate = Gate(**ONLY)
    gate.provider.answer = {"active": True, **claims}
    assert code(await gate.bearer("opaque")) == expected


async def test_an_answer_lives_as_long_as_its_token() -> None:
    gate = Gate(**ONLY, cache_ttl=10)
    gate.provider.answer = {"active": True, "exp": BEGIN + 100}
    await gate.bearer("opaque")
    gate.world.jump(90)
    answer = await gate.bearer("opaque")
    assert gate.provider.count("introspection") == 1
    assert answer.memory.until == BEGIN + 100
    gate.world.jump(10)
    assert code(await gate.bearer("opaque")) == "token.expired"


async def test_an_unchecked_end_still_ends_what_is_kept() -> None:
    gate = Gate(**ONLY, verify_claims=False)
    gate.provider.answer = {"active": True, "exp": BEGIN + 100}
    await gate.bearer("opaque")
    gate.world.jump(100)
    answer = await gate.bearer("opaque")
    assert status(answer) == 200  # the provider says so
    assert gate.provider.count("introspection") == 2


async def test_the_time_limits_clamp() -> None:
    for config, seconds in (
        ({"cache_ttl": 10, "cache_ttl_min": 30}, 30),
        ({"cache_ttl": 100, "cache_ttl_max": 50}, 50),
    ):
        gate = Gate(**ONLY, **config)
        await gate.bearer("opaque")
        gate.world.jump(seconds - 1)
        await gate.bearer("opaque")
        assert gate.provider.count("introspection") == 1
        gate.world.jump(1)
        await gate.bearer("opaque")
        assert gate.provider.count("introspection") == 2


async def test_a_kept_answer_stands_in_only_where_configured_and_only_for_its_request() -> None:
    stale = Gate(**ONLY, cache_ttl=10, cache_ttl_resurrect=60)
    plain = Gate(**ONLY, cache_ttl=10)
    for gate in (stale, plain):
        await gate.bearer("opaque")
        gate.provider.away()
        gate.world.jump(20)
    answer = await stale.bearer("opaque")
    assert (status(answer), answer.memory.until) == (200, 0)
    assert status(await plain.bearer("opaque")) == 503


async def test_everything_that_is_configured_is_in_the_call() -> None:
    gate = Gate(
        **ONLY,
        client_auth=["client_secret_post"],
        introspection_endpoint="https://idp.example/other/introspect?x=1",
        introspection_hint="refresh_token",
        introspection_token_param_name="tok",
        introspection_headers_names=["X-Fixed"],
        introspection_headers_values=["one"],
        introspection_headers_client=["X_Copied"],
        introspection_post_args_names=["fixed"],
        introspection_post_args_values=["two"],
        introspection_post_args_client=["tenant"],
        introspection_post_args_client_headers=["X-Into-Form"],
    )
    gate.provider.when(lambda _: True, json_reply({"active": True}))
    answer = await gate.ask(
        ("Authorization", "Bearer opaque"),
        ("X-Copied", "three"),
        ("X-Into-Form", "four"),
        args="tenant=five",
    )
    assert status(answer) == 200
    assert len(gate.provider.calls) == 1  # nothing is left to discover
    call = gate.provider.calls[0]
    assert call.url == "https://idp.example/other/introspect?x=1"
    assert (call.headers.get("x-fixed"), call.headers.get("x_copied")) == ("one", "three")
    assert gate.provider.form() == {
        "tok": ["opaque"],
        "token_type_hint": ["refresh_token"],
        "fixed": ["two"],
        "X-Into-Form": ["four"],
        "tenant": ["five"],
        "client_id": ["gate"],
        "client_secret": ["s3"],
    }


async def test_what_is_copied_from_the_request_belongs_to_the_fact() -> None:
    gate = Gate(**ONLY, introspection_post_args_client=["tenant"])
    for tenant in ("a", "b", "a"):
        await gate.ask(("Authorization", "Bearer opaque"), args=f"tenant={tenant}")
    assert gate.provider.count("introspection") == 2


async def test_the_configured_headers_can_authenticate_in_place_of_a_client() -> None:
    gate = Gate(
        auth_methods=["introspection"],
        introspection_headers_names=["Authorization"],
        introspection_headers_values=["Bearer ours"],
    )
    assert status(await gate.bearer("opaque")) == 200
    assert gate.provider.calls[-1].headers.get("authorization") == "Bearer ours"
    assert "client_id" not in gate.provider.form()


def signed(key: object = KEY, **claims: object) -> Reply:
    whole = {
        "iss": ISSUER,
        "aud": "gate",
        "iat": BEGIN,
        "token_introspection": {"active": True, "sub": "alice"},
        **claims,
    }
    text = sign(whole, key, header={"typ": "token-introspection+jwt"})  # type: ignore[arg-type]
    fields = Headers([("content-type", "application/token-introspection+jwt")])
    return Reply(200, fields, text.encode())


async def test_a_signed_answer_is_verified() -> None:
    accept = "application/token-introspection+jwt"
    gate = Gate(**ONLY, introspection_accept=accept)
    gate.provider.on("POST", "/v1/introspect", signed())
    assert status(await gate.bearer("opaque")) == 200
    call = next(call for call in gate.provider.calls if call.purpose == "introspection")
    assert call.headers.get("accept") == accept
    gate.provider.on("POST", "/v1/introspect", signed(aud="another"))
    assert status(await gate.bearer("other")) == 503
    gate.provider.on("POST", "/v1/introspect", signed(OTHER_KEY))
    assert status(await gate.bearer("third")) == 503
    gate.world.jump(60)
    gate.provider.keys = [OTHER_KEY]
    assert status(await gate.bearer("third")) == 200


async def test_a_signed_answer_that_was_not_asked_for_is_no_answer() -> None:
    gate = Gate(**ONLY)
    gate.provider.on("POST", "/v1/introspect", signed())
    assert status(await gate.bearer("opaque")) == 503
