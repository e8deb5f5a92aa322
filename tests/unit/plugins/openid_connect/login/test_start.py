import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gatepost.plugin.testkit import json_reply
from gatepost.values import By, Fault
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    Scene,
    events,
    location,
    page,
    set_cookies,
)
from tests.unit.plugins.openid_connect.provider_script import ISSUER

pytestmark = pytest.mark.anyio


async def asked(scene: Scene, url: str = "/page?x=1", **how: Any) -> dict[str, str]:
    """Open a page; return the parameters with which the provider is asked."""
    target = urlsplit(location(await Browser(scene, **how).open(url)))
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{ISSUER}/v1/authorize"
    return {name: values[0] for name, values in parse_qs(target.query).items()}


async def test_a_person_who_opens_a_page_is_sent_to_the_provider() -> None:
    told = await asked(Scene())
    assert {name: told[name] for name in ("client_id", "response_type", "scope")} == {
        "client_id": "shop",
        "response_type": "code",
        "scope": "openid",
    }
    assert told["redirect_uri"] == "http://shop.example/page"
    assert told["code_challenge_method"] == "S256"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", told["nonce"])
    assert "response_mode" not in told


async def test_state_nonce_and_challenge_are_new_for_each_login() -> None:
    scene = Scene()
    one, two = await asked(scene), await asked(scene)
    assert all(one[name] != two[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    ("config", "offered", "used"),
    [
        ({}, ["S256"], True),
        ({}, ["plain"], False),
        ({}, [], False),
        ({"require_proof_key_for_code_exchange": True}, [], True),
        ({"require_proof_key_for_code_exchange": False}, ["S256"], False),
    ],
)
async def test_pkce_is_used_where_it_is_offered_or_forced(
    config: dict[str, Any], offered: list[str], used: bool
) -> None:
    scene = Scene(**config)
    scene.provider.metadata["code_challenge_methods_supported"] = offered
    assert ("code_challenge" in await asked(scene)) is used


async def test_configured_arguments_and_those_of_the_page_are_sent() -> None:
    scene = Scene(
        authorization_query_args_names=["prompt"],
        authorization_query_args_values=["login"],
        authorization_query_args_client=["login_hint"],
        max_age=60,
        audience=["api"],
        response_mode="form_post",
    )
    told = await asked(scene, "/page?login_hint=alice%40example.com&other=1")
    assert (told["prompt"], told["login_hint"]) == ("login", "alice@example.com")
    assert (told["max_age"], told["audience"]) == ("60", "api")
    assert told["response_mode"] == "form_post"
    assert "other" not in told


async def test_each_client_has_its_own_address() -> None:
    scene = Scene(
        client_id=["shop", "wholesale"],
        client_secret=["a", "b"],
        redirect_uri=["https://shop.example/back", "https://wholesale.example/back"],
    )
    assert (await asked(scene))["redirect_uri"] == "https://shop.example/back"
    told = await asked(scene, "/page?client_id=2")
    assert (told["client_id"], told["redirect_uri"]) == (
        "wholesale",
        "https://wholesale.example/back",
    )


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Sec-Fetch-Mode": "cors"}),
        ("GET", {"Sec-Fetch-Mode": "no-cors"}),
        ("GET", {"Sec-Fetch-Mode": "navigate", "X-Requested-With": "XMLHttpRequest"}),
        ("GET", {"Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"}),
        ("GET", {"Accept": "application/json"}),
        ("GET", {}),
        ("HEAD", {"Sec-Fetch-Mode": "navigate"}),
        ("POST", {"Accept": "application/json"}),
    ],
)
async def test_what_is_no_page_gets_401_and_begins_no_login(
    method: str, headers: dict[str, str]
) -> None:
    scene = Scene()
    told = await Browser(scene).open(method=method, navigates=None, headers=headers)
    assert getattr(told.decision, "status", 200) == 401
    assert set_cookies(told) == ()
    assert scene.provider.calls == []


async def test_a_browser_without_fetch_metadata_is_known_by_what_it_accepts() -> None:
    scene = Scene()
    told = await Browser(scene).open(navigates=None, headers={"Accept": "text/html,*/*;q=0.8"})
    assert location(told).startswith(f"{ISSUER}/v1/authorize")


async def test_a_form_that_is_sent_without_a_session_is_told_that_it_was_not_taken() -> None:
    told = await Browser(Scene()).open(method="POST", body=b"a=b")
    assert page(told) == (401, "credential.absent")
    assert b"What you sent was not taken" in told.decision.body  # type: ignore[union-attr]
    assert b'href="/page"' in told.decision.body  # type: ignore[union-attr]


async def test_where_somebody_stands_in_nobody_is_asked_to_log_in() -> None:
    told = await Browser(Scene(anonymous="guest")).open()
    assert page(told)[0] == 401  # no such consumer, and still no login


async def test_a_request_that_is_pushed_leaves_nothing_but_its_name_in_the_address() -> None:
    scene = Scene()
    scene.provider.metadata |= {
        "pushed_authorization_request_endpoint": f"{ISSUER}/v1/par",
        "require_pushed_authorization_requests": True,
    }
    pushed = {"request_uri": "urn:example:1", "expires_in": 60}
    scene.provider.on("POST", "/v1/par", json_reply(pushed, 201))
    target = urlsplit(location(await Browser(scene).open()))
    assert parse_qs(target.query) == {"client_id": ["shop"], "request_uri": ["urn:example:1"]}
    form = scene.provider.form()
    assert form["redirect_uri"] == ["http://shop.example/page"]
    assert {"state", "nonce", "code_challenge"} <= set(form)


async def test_a_push_that_fails_never_becomes_a_plain_request() -> None:
    scene = Scene(require_pushed_authorization_requests=True)
    scene.provider.metadata["pushed_authorization_request_endpoint"] = f"{ISSUER}/v1/par"
    scene.provider.on("POST", "/v1/par", json_reply({"error": "invalid_request"}, 400))
    told = await Browser(scene).open()
    assert page(told)[0] == 503


async def test_a_provider_that_is_away_is_a_page_that_says_so() -> None:
    scene = Scene()
    gone = Fault("provider.unreachable", "It is away.", by=By.PROVIDER)
    scene.provider.on("GET", "/.well-known/openid-configuration", gone)
    told = await Browser(scene).open()
    assert page(told) == (503, "provider.unreachable")
    assert set_cookies(told) == ()


async def test_a_browser_that_never_gets_anywhere_is_told_why() -> None:
    scene = Scene()
    browser = Browser(scene)
    for _ in range(3):
        await browser.log_in()
        browser.jar.pop("session")  # as if it did not keep it
        scene.world.jump(1)
    told = await browser.open()
    assert page(told) == (401, "login.loop")
    assert ("login.looping", "login.loop") in events(told)
    assert b"did not send the session cookie back" in told.decision.body  # type: ignore[union-attr]
    assert location(await browser.open()).startswith(ISSUER)  # and may try once more


async def test_the_cause_of_a_loop_is_named() -> None:
    scene = Scene(session_bind=["user-agent"])
    browser = Browser(scene)
    for number in range(3):
        answer = await browser.begin()
        await browser.bring(answer, headers={"User-Agent": f"changing {number}"})
        scene.world.jump(1)
    told = await browser.open()
    assert page(told) == (401, "login.loop")
    assert b"session.other_browser" in told.decision.body  # type: ignore[union-attr]


async def test_without_preserving_the_query_is_left_behind() -> None:
    scene = Scene(preserve_query_args=False)
    assert location(await Browser(scene).log_in("/page?x=1")) == "/page"


async def test_where_logins_make_no_session_each_page_begins_one_and_that_is_no_loop() -> None:
    browser = Browser(Scene(auth_methods=["authorization_code"]))
    for _ in range(5):
        await browser.log_in()
        browser.scene.world.jump(1)
    assert location(await browser.open()).startswith(f"{ISSUER}/v1/authorize")
