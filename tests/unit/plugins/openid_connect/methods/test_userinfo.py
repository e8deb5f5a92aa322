import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import json_reply
from gatepost.values import Reply
from tests.unit.plugins.openid_connect.browser_script import LoginProvider
from tests.unit.plugins.openid_connect.provider_script import Gate, code, sent_headers, status

pytestmark = pytest.mark.anyio
ONLY = {"auth_methods": ["userinfo"]}


def gate(**config: object) -> Gate:
    return Gate(provider=LoginProvider(), **{**ONLY, **config})


async def test_a_token_that_is_good_at_the_userinfo_endpoint_is_let_in_with_its_claims() -> None:
    one = gate(upstream_headers_claims=["plan"], upstream_headers_names=["X-Plan"])
    answer = await one.bearer("opaque")
    assert isinstance(answer.decision, Forward)
    assert sent_headers(answer)["X-Plan"] == "gold"
    assert one.provider.calls[-1].headers.get("authorization") == "Bearer opaque"
    await one.bearer("opaque")
    assert one.provider.count("userinfo") == 1


async def test_one_that_is_refused_there_is_401_and_is_kept_for_a_moment() -> None:
    one = gate()
    one.provider.on("GET", "/v1/userinfo", Reply(401))
    for _ in range(3):
        assert status(await one.bearer("opaque")) == 401
    assert one.provider.count("userinfo") == 1


async def test_an_endpoint_that_fails_is_503() -> None:
    one = gate()
    one.provider.on("GET", "/v1/userinfo", Reply(500))
    assert status(await one.bearer("opaque")) == 503


async def test_an_answer_about_nobody_is_no_proof() -> None:
    one = gate()
    one.provider.on("GET", "/v1/userinfo", json_reply({"plan": "gold"}))
    answer = await one.bearer("opaque")
    assert (status(answer), code(answer)) == (401, "userinfo.subject")


async def test_with_bearer_beside_it_a_jwt_is_verified_and_an_opaque_token_asked_about() -> None:
    one = gate(auth_methods=["bearer", "userinfo"])
    assert code(await one.bearer("eyJhbGciOiJub25lIn0.e30.")) != ""
    assert one.provider.count("userinfo") == 0
    assert status(await one.bearer("opaque")) == 200


async def test_a_provider_without_the_endpoint_is_an_outage_only_where_somebody_asked_for_it() -> (
    None
):
    for methods, expected in ((None, 401), (["userinfo"], 503)):
        one = gate(auth_methods=methods)
        one.provider.metadata.pop("userinfo_endpoint")  # type: ignore[attr-defined]
        assert status(await one.bearer("opaque")) == expected
