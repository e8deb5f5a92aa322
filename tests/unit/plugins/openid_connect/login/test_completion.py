import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.testkit import json_reply
from gatepost.values import Reply
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    Scene,
    events,
    location,
    page,
    set_cookies,
    upstream,
)

pytestmark = pytest.mark.anyio
REDIRECT = {"login_action": "redirect", "login_redirect_uri": ["https://app.example/home#old"]}


async def logged_in(**config: Any) -> Any:
    return await Browser(Scene(**config)).log_in()


def tokens(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


async def test_a_redirect_appends_the_tokens_that_are_wanted_to_the_fragment() -> None:
    target = urlsplit(location(await logged_in(**REDIRECT)))
    assert f"{target.scheme}://{target.netloc}{target.path}" == "https://app.example/home"
    assert set(tokens(target.fragment)) == {"id_token"}
    assert not target.query


async def test_a_redirect_appends_to_the_query_where_that_is_wanted() -> None:
    config = {**REDIRECT, "login_redirect_mode": "query", "login_tokens": ["access_token"]}
    config["login_redirect_uri"] = ["https://app.example/home?a=1"]
    found = tokens(urlsplit(location(await logged_in(**config))).query)
    assert set(found) == {"a", "access_token"}


@pytest.mark.parametrize("nothing", [None, []])
async def test_no_tokens_are_appended_where_none_are_wanted(nothing: object) -> None:
    done = await logged_in(login_action="redirect", login_tokens=nothing)
    assert location(done) == "/page?x=1"


async def test_each_client_goes_where_it_belongs() -> None:
    scene = Scene(
        client_id=["shop", "wholesale"],
        client_secret=["a", "b"],
        login_action="redirect",
        login_tokens=[],
        login_redirect_uri=["/home", "/wholesale"],
    )
    scene.provider.id_claims = {"aud": "wholesale"}
    assert location(await Browser(scene).log_in("/page?client_id=wholesale")) == "/wholesale"


async def test_an_answer_holds_the_tokens_that_are_wanted_and_is_not_kept() -> None:
    done = await logged_in(login_action="response", login_tokens=["id_token", "refresh_token"])
    assert isinstance(done.decision, Reply)
    assert set(json.loads(done.decision.body)) == {"id_token", "refresh_token"}
    assert done.decision.headers.get("cache-control") == "no-store"
    assert any(line.startswith("session=") for line in set_cookies(done))


async def test_an_answer_may_be_all_that_the_token_endpoint_said() -> None:
    done = await logged_in(login_action="response", login_tokens=["tokens"])
    assert json.loads(done.decision.body)["token_type"] == "Bearer"


async def test_an_answer_may_be_what_introspection_says() -> None:
    done = await logged_in(login_action="response", login_tokens=["introspection"])
    assert json.loads(done.decision.body)["active"] is True


async def test_without_a_session_the_answer_goes_upstream_with_the_pages_own_query() -> None:
    done = await logged_in(auth_methods=["authorization_code"])
    assert upstream(done)["Authorization"]
    assert isinstance(done.decision, Forward)
    assert done.decision.edits.args == "x=1"
    assert not any(line.startswith("session=") for line in set_cookies(done))


async def test_a_session_can_be_disabled_for_a_method() -> None:
    done = await logged_in(disable_session=["authorization_code"])
    assert isinstance(done.decision, Forward)
    assert not any(line.startswith("session=") for line in set_cookies(done))


async def test_whoever_may_not_get_in_gets_no_session() -> None:
    browser = Browser(Scene(groups_required=["admins"], groups_claim=["groups"]))
    done = await browser.log_in()
    assert page(done) == (403, "groups.missing")
    assert ("login.forbidden", "groups.missing") in events(done)
    assert "session" not in browser.jar
    assert not any(name.startswith("authorization_") for name in browser.jar)


async def test_a_password_makes_a_session_once_and_is_remembered_from_then_on() -> None:
    scene = Scene(auth_methods=["password", "session"])
    headers = {"Authorization": "Basic YWxpY2U6cmlnaHQ="}
    browser = Browser(scene)
    first = await browser.open(navigates=False, headers=headers)
    assert any(line.startswith("session=") for line in set_cookies(first))
    assert upstream(await browser.open(navigates=False))["Authorization"]
    again = await Browser(scene).open(navigates=False, headers=headers)
    assert set_cookies(again) == ()
    assert again.memory.until > scene.world.wall


async def test_a_client_that_shows_a_token_gets_no_session() -> None:
    scene = Scene(auth_methods=["bearer", "session", "client_credentials"])
    told = await Browser(scene).open(
        navigates=False, headers={"Authorization": "Basic c2hvcDphIGNsaWVudCBzZWNyZXQ="}
    )
    assert upstream(told)["Authorization"] == "Bearer opaque-granted"
    assert set_cookies(told) == ()


async def test_other_methods_answer_with_tokens_where_that_is_configured() -> None:
    scene = Scene(
        auth_methods=["password"],
        login_action="response",
        login_methods=["password"],
        login_tokens=["access_token"],
    )
    headers = {"Authorization": "Basic YWxpY2U6cmlnaHQ="}
    told = await Browser(scene).open(navigates=False, headers=headers)
    assert isinstance(told.decision, Reply)
    assert set(json.loads(told.decision.body)) == {"access_token"}


async def test_an_answer_that_brings_a_session_is_kept_by_no_cache() -> None:
    browser = Browser(Scene())
    await browser.log_in()
    browser.scene.world.jump(100)
    decision = (await browser.open()).decision
    assert isinstance(decision, Forward)
    told = [(name, value.partition("=")[0]) for name, value in decision.edits.response_headers]
    assert told == [("Cache-Control", "no-store"), ("Set-Cookie", "session")]
    decision = (await browser.open()).decision
    assert isinstance(decision, Forward)
    assert decision.edits.response_headers == (), "the upstream says how long the others are kept"


async def test_a_login_that_fails_at_the_last_step_tells_the_person_and_the_audit_log_why() -> None:
    scene = Scene(upstream_user_info_header="X-Person")
    scene.provider.on("GET", "/v1/userinfo", json_reply({"plan": "gold"}))
    told = await Browser(scene).log_in()
    assert page(told) == (401, "userinfo.subject")
    assert events(told) == [("login.failed", "userinfo.subject")]
    assert ["Max-Age=0" in line for line in set_cookies(told)] == [True]
