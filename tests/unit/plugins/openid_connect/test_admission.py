from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.people import People
from gatepost.plugin.runtime import Person
from gatepost.plugin.testkit import json_reply
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    Scene,
    events,
    location,
    page,
    set_cookies,
    upstream,
)
from tests.unit.plugins.openid_connect.provider_script import Gate, code, jwt, status

pytestmark = pytest.mark.anyio


async def logged_in(**config: Any) -> Browser:
    browser = Browser(Scene(**config))
    await browser.log_in()
    return browser


async def test_a_session_that_may_not_do_this_is_ended_unless_it_shall_live_on() -> None:
    for destroys in (True, False):
        browser = await logged_in()
        old = dict(browser.jar)
        needs = {"groups_required": ["admins"], "groups_claim": ["groups"]}
        browser.scene.configured(**needs, forbidden_destroy_session=destroys)
        told = await browser.open()
        assert page(told) == (403, "groups.missing")
        assert ("session" in browser.jar) is not destroys
        browser.scene.configured()
        browser.jar = old
        assert isinstance((await browser.open()).decision, Forward) is not destroys


async def test_claims_of_the_id_token_are_told_behind_those_of_the_access_token() -> None:
    browser = await logged_in(
        upstream_headers_claims=["sub", "sid"], upstream_headers_names=["X-User", "X-Sid"]
    )
    told = upstream(await browser.open())
    assert (told["X-User"], told["X-Sid"]) == ("alice", "provider-session-1")


async def test_a_claim_that_cannot_be_sent_ends_a_login_before_there_is_a_session() -> None:
    scene = Scene(upstream_headers_claims=["name"], upstream_headers_names=["X-Name"])
    scene.provider.id_claims = {"name": "a\r\nX-Admin: 1"}
    browser = Browser(scene)
    assert page(await browser.log_in()) == (403, "claim.unsafe")
    assert "session" not in browser.jar


async def test_a_login_whose_userinfo_is_about_somebody_else_fails_as_a_login() -> None:
    scene = Scene(search_user_info=True)
    scene.provider.on("GET", "/v1/userinfo", json_reply({"sub": "mallory"}))
    browser = Browser(scene)
    told = await browser.log_in()
    assert page(told) == (401, "userinfo.subject")
    assert ("login.failed", "userinfo.subject") in events(told)
    assert browser.jar == {}


async def test_a_login_goes_on_when_userinfo_answers_again() -> None:
    scene = Scene(search_user_info=True)
    scene.provider.on("GET", "/v1/userinfo", json_reply({}, 500))
    browser = Browser(scene)
    brought = await browser.begin()
    told = await browser.bring(brought)
    assert page(told) == (503, "provider.bad_status")
    assert ("login.unavailable", "provider.bad_status") in events(told)
    scene.provider.on("GET", "/v1/userinfo", json_reply({"sub": "alice"}))
    assert location(await browser.bring(brought)) == "/page?x=1"


async def test_tokens_and_session_are_told_where_that_is_configured() -> None:
    browser = await logged_in(
        upstream_id_token_header="X-Id-Token",
        upstream_refresh_token_header="X-Refresh-Token",
        upstream_session_id_header="X-Session",
        upstream_id_token_jwk_header="X-Id-Key",
        downstream_refresh_token_header="Refresh-Token",
    )
    told = await browser.open()
    sent = upstream(told)
    assert (sent["X-Id-Token"] or "").startswith("ey")
    assert all(sent[name] for name in ("X-Refresh-Token", "X-Session", "X-Id-Key"))
    assert isinstance(told.decision, Forward)
    assert "Refresh-Token" in dict(told.decision.edits.response_headers)


async def test_a_consumer_is_mapped_from_a_session_too() -> None:
    scene = Scene(consumer_claims=[["sub"]], consumer_by=["username"])
    scene.world.sources.people = People([Person("1", "alice", None)])
    browser = Browser(scene)
    await browser.log_in()
    decision = (await browser.open()).decision
    assert isinstance(decision, Forward)
    assert decision.consumer.username == "alice"


async def test_an_accompanying_id_token_is_taken_out_of_the_request() -> None:
    gate = Gate(
        auth_methods=["bearer"], client_id=["gate"], client_secret=["s"], id_token_param_name="idt"
    )
    token = jwt(aud="gate")
    answer = await gate.ask(("Authorization", f"Bearer {jwt()}"), args=f"idt={token}&x=1")
    assert isinstance(answer.decision, Forward), code(answer)
    assert answer.decision.edits.remove_args == ("idt",)
    assert status(await gate.ask(("Authorization", f"Bearer {jwt()}"), args="idt=x.y.z")) == 401


async def test_a_renewed_session_travels_with_the_answer() -> None:
    browser = await logged_in(session_idling_timeout=100)
    browser.scene.world.jump(50)
    told = await browser.open()
    assert isinstance(told.decision, Forward)
    assert [line.partition("=")[0] for line in set_cookies(told)] == ["session"]


async def test_the_trace_says_which_claim_decided_and_what_would_have_done() -> None:
    gate = Gate(audience_required=["orders"])
    told = await gate.bearer(jwt(aud="api://default"))
    assert status(told) == 403
    (lacks,) = [one.details for one in told.trace.steps if one.what == "lacks"]
    assert lacks == {"claim": "aud", "wants": "orders", "has": "api://default"}
