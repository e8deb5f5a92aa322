"""Configurations that Kong's documentation gives for people, as they are, through a whole node.

Their form is this project's; the fields are those that the documentation's reader types.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.login_world import kong_yaml, person, seen
from tests.integration.world import ANY_REFUSALS, Answer, World

pytestmark = [pytest.mark.integration, pytest.mark.slow]
OURS = {
    "issuer": "$ISSUER",
    "client_id": ["demo-app"],
    "client_secret": ["demo-app-secret"],
    "client_auth": ["client_secret_post"],
}
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "authorization-code": {
        **OURS,
        "auth_methods": ["authorization_code", "session"],
        "response_mode": "form_post",
        "preserve_query_args": True,
        "login_action": "redirect",
        "login_tokens": None,
    },
    "code-alone": {**OURS, "auth_methods": ["authorization_code"], "scopes_claim": ["scp"]},
    "everything": {**OURS, "scopes": ["openid", "email"]},
    "session-and-password": {**OURS, "auth_methods": ["password", "session"]},
    "session-alone": {**OURS, "auth_methods": ["session"]},
    "logout": {
        **OURS,
        "auth_methods": ["password", "session"],
        "logout_uri_suffix": "/logout",
        "logout_methods": ["POST"],
        "logout_revoke": True,
    },
    "refresh-token": {
        **OURS,
        "auth_methods": ["refresh_token"],
        "refresh_token_param_type": ["header"],
        "refresh_token_param_name": "refresh_token",
        "upstream_refresh_token_header": "refresh_token",
    },
    "userinfo": {**OURS, "auth_methods": ["userinfo"], "bearer_token_param_type": ["header"]},
    "headers": {
        **OURS,
        "auth_methods": ["password"],
        "scopes": ["openid", "profile"],
        "upstream_headers": [{"header": "X-Authenticated-User", "path": ["preferred_username"]}],
    },
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start(
        kong_yaml(CONFIGURATIONS),
        secrets=("demo-app-secret",),
        arguments=ANY_REFUSALS,
    ) as running:
        app = running.idp.get("/api/v1/apps/demo-app").json()
        home = "http://127.0.0.1:8000"  # of a loopback address any port will do
        app["settings"]["oauthClient"]["redirect_uris"] = [
            f"{home}/{name}/anything" for name in CONFIGURATIONS
        ]
        answer = running.idp.send(
            "PUT",
            "/api/v1/apps/demo-app",
            json.dumps(app).encode(),
            {"Content-Type": "application/json"},
        )
        assert answer.status == 200, answer.body
        yield running


def basic(world: World, name: str = "alice") -> dict[str, str]:
    return world.basic(name, f"{name}-password")


def sent(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer
    return {name.lower(): value for name, value in answer.json()["headers"].items()}


def test_a_login_whose_answer_is_posted_comes_back_to_the_original_address(world: World) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/authorization-code/anything?hello=world"
    page = alice.log_in(url)
    assert 'name="code"' in page.text, "the provider's page posts its answer"
    there = alice.fill_in(page)
    assert there.url == url
    assert seen(there)["authorization"].startswith("Bearer ey")
    assert seen(alice.open(url))


def test_with_the_code_flow_alone_each_page_logs_in_anew_and_no_loop_is_seen(world: World) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/code-alone/anything"
    tokens = {seen(alice.log_in(url))["authorization"] for _ in range(5)}
    assert len(tokens) == 5
    assert not [name for name in alice.jar(url) if name.startswith("session")]


def test_without_methods_a_person_logs_in_and_a_token_does_too(world: World) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/everything/anything"
    assert seen(alice.log_in(url))
    assert seen(alice.open(url))
    assert sent(world.get("/everything/anything", world.token("tutorial-jwt")))
    assert world.get("/everything/anything").status == 401


def test_a_password_gives_a_session_that_another_route_takes(world: World) -> None:
    alice = person(world)
    with_password = f"{world.proxy.url}/session-and-password/anything"
    alone = f"{world.proxy.url}/session-alone/anything"
    assert alice.send("GET", alone, navigates=False).status == 401
    first = alice.send("GET", with_password, headers=basic(world), navigates=False)
    assert sent(first)["authorization"].startswith("Bearer ey")
    for url in (with_password, alone):
        assert sent(alice.send("GET", url, navigates=False))


def test_a_post_to_logout_ends_the_session(world: World) -> None:
    alice = person(world)
    url = f"{world.proxy.url}/logout/anything"
    assert sent(alice.send("GET", url, headers=basic(world), navigates=False))
    old = dict(alice.jar(url))
    done = alice.send("POST", f"{world.proxy.url}/logout/logout", b"", navigates=False)
    assert done.status in (200, 302, 303)
    alice.jar(url).update(old)
    assert alice.send("GET", url, navigates=False).status == 401
    assert world.calls("revoke") >= 1


def test_a_refresh_token_that_is_sent_along_is_traded_and_the_next_goes_upstream(
    world: World,
) -> None:
    form = {"scope": "openid offline_access", "grant_type": "password", "username": "alice"}
    body = urlencode({**form, "password": "alice-password"}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **world.basic("demo-app", "demo-app-secret"),
    }
    granted = world.idp.send("POST", "/oauth2/default/v1/token", body, headers).json()
    token = granted["refresh_token"]
    world.secrets |= {token, granted["access_token"]}
    for _ in range(3):
        told = sent(world.proxy.get("/refresh-token/anything", {"Refresh-Token": token}))
        assert told["authorization"].startswith("Bearer ey")
        assert told["refresh-token"] != token
        world.secrets.add(told["refresh-token"])


def test_a_token_is_checked_at_the_userinfo_endpoint(world: World) -> None:
    form = b"grant_type=password&username=alice&password=alice-password&scope=openid"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **world.basic("demo-app", "demo-app-secret"),
    }
    token = world.idp.send("POST", "/oauth2/default/v1/token", form, headers).json()["access_token"]
    world.secrets.add(token)
    assert sent(world.get("/userinfo/anything", token))
    assert world.get("/userinfo/anything", "made-up").status == 401


def test_a_claim_becomes_a_header(world: World) -> None:
    told = sent(world.proxy.get("/headers/anything", basic(world)))
    assert told["x-authenticated-user"] == "alice"
