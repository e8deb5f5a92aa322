from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import json_reply
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    LoginProvider,
    Scene,
    upstream,
)
from tests.unit.plugins.openid_connect.provider_script import (
    Gate,
    code,
    jwt,
    sent_headers,
    status,
)

pytestmark = pytest.mark.anyio
PLAN = {"upstream_headers_claims": ["plan"], "upstream_headers_names": ["X-Plan"]}


def gate(**config: Any) -> Gate:
    whole = {"auth_methods": ["bearer"], "client_id": ["gate"], "client_secret": ["s"], **config}
    return Gate(provider=LoginProvider(), **whole)


async def test_userinfo_is_searched_for_claims_where_that_is_wanted() -> None:
    for searches in (True, False):
        one = gate(**PLAN, search_user_info=searches)
        answer = await one.bearer(jwt())
        assert sent_headers(answer)["X-Plan"] == ("gold" if searches else None)
        assert one.provider.count("userinfo") == int(searches)


async def test_userinfo_about_somebody_else_is_refused() -> None:
    one = gate(search_user_info=True)
    one.provider.on("GET", "/v1/userinfo", json_reply({"sub": "mallory", "plan": "gold"}))
    answer = await one.bearer(jwt())
    assert (status(answer), code(answer)) == (401, "userinfo.subject")


async def test_a_session_is_enriched_and_still_remembered() -> None:
    scene = Scene(**PLAN, search_user_info=True)
    browser = Browser(scene)
    await browser.log_in()
    told = await browser.open()
    assert upstream(told)["X-Plan"] == "gold"
    assert told.memory.until > scene.world.wall


@pytest.mark.parametrize("where", ["header", "query"])
async def test_an_id_token_that_is_sent_along_is_verified_and_searched(where: str) -> None:
    one = gate(**PLAN, id_token_param_name="id_token")
    token = jwt(aud="gate", plan="silver")
    headers = [("Authorization", f"Bearer {jwt()}")]
    if where == "header":
        headers.append(("Id-Token", token))
    answer = await one.ask(*headers, args=f"id_token={token}" if where == "query" else None)
    assert isinstance(answer.decision, Forward), code(answer)
    assert sent_headers(answer)["X-Plan"] == "silver"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "another"}, "id_token.audience"),
        ({"aud": "gate", "sub": "mallory"}, "id_token.other_subject"),
        ({"aud": "gate", "exp": 1}, "id_token.expired"),
    ],
)
async def test_one_that_is_not_believed_or_about_somebody_else_is_401(
    claims: dict[str, Any], expected: str
) -> None:
    one = gate(id_token_param_name="id_token")
    answer = await one.ask(("Authorization", f"Bearer {jwt()}"), ("Id-Token", jwt(**claims)))
    assert (status(answer), code(answer)) == (401, expected)


async def test_an_id_token_alone_is_no_credential() -> None:
    one = gate(id_token_param_name="id_token")
    answer = await one.ask(("Id-Token", jwt(aud="gate")))
    assert (status(answer), code(answer)) == (401, "credential.absent")
