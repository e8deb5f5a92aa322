import pytest

from gatepost.oidc import sign
from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import BEGIN
from gatepost.values import Headers, Reply, Tag
from tests.unit.plugins.openid_connect.browser_script import LoginProvider
from tests.unit.plugins.openid_connect.provider_script import (
    ISSUER,
    KEY,
    OTHER_KEY,
    Gate,
    sent_headers,
    status,
)

pytestmark = pytest.mark.anyio


def gate(**config: object) -> Gate:
    return Gate(provider=LoginProvider(), **{"auth_methods": ["userinfo"], **config})


def signed(key: object = KEY) -> Reply:
    claims = {"iss": ISSUER, "sub": "alice", "exp": BEGIN + 60, "plan": "signed"}
    headers = Headers([("content-type", "application/jwt")])
    return Reply(200, headers, sign(claims, key).encode())  # type: ignore[arg-type]


async def test_configured_headers_and_arguments_travel_and_so_do_those_of_the_request() -> None:
    one = gate(
        userinfo_headers_names=["x-a"],
        userinfo_headers_values=["1"],
        userinfo_headers_client=["x-b"],
        userinfo_query_args_names=["c"],
        userinfo_query_args_values=["3"],
        userinfo_query_args_client=["d"],
    )
    await one.ask(("Authorization", "Bearer opaque"), ("X-B", "2"), args="d=4")
    call = one.provider.calls[-1]
    assert (call.headers.get("x-a"), call.headers.get("x-b")) == ("1", "2")
    assert call.url.endswith("/v1/userinfo?c=3&d=4")


async def test_without_keeping_every_request_asks() -> None:
    one = gate(cache_user_info=False)
    for _ in range(2):
        assert (await one.bearer("opaque")).memory.until == 0
    assert one.provider.count("userinfo") == 2


async def test_a_signed_answer_is_verified_also_under_a_new_key() -> None:
    one = gate(
        userinfo_accept="application/jwt",
        client_id=["gate"],
        upstream_user_info_jwt_header="X-Info",
    )
    one.provider.on("GET", "/v1/userinfo", signed())
    answer = await one.bearer("opaque")
    assert isinstance(answer.decision, Forward)
    assert (sent_headers(answer)["X-Info"] or "").startswith("ey")
    one.provider.on("GET", "/v1/userinfo", signed(OTHER_KEY))
    assert status(await one.bearer("another")) in (401, 503)
    one.provider.keys.append(OTHER_KEY)  # type: ignore[attr-defined]
    one.world.jump(31)
    assert status(await one.bearer("another")) == 200


async def test_what_was_said_about_a_revoked_token_is_forgotten() -> None:
    one = gate()
    assert status(await one.bearer("opaque")) == 200
    await one.world.sources.revoke([(Tag.token("opaque"), None)], "test")
    assert status(await one.bearer("opaque")) == 401
