from dataclasses import replace
from typing import Any

import pytest

from gatepost.oidc import Key, generate
from gatepost.plugin.testkit import json_reply
from gatepost.plugins.openid_connect.login.callback import GRACE
from gatepost.plugins.openid_connect.login.flow import MOST
from gatepost.values import By, Fault, Reply
from tests.unit.plugins.openid_connect.browser_script import (
    CLIENT,
    Browser,
    Scene,
    events,
    location,
    page,
    set_cookies,
    upstream,
)
from tests.unit.plugins.openid_connect.provider_script import ISSUER, OTHER_KEY

pytestmark = pytest.mark.anyio


async def refused(scene: Scene, browser: Browser, answer: dict[str, str]) -> tuple[int, str]:
    """Bring an answer that must lead to nothing; return status and code of the page."""
    told = await browser.bring(answer)
    found = page(told)
    assert ("login.failed", found[1]) in events(told)
    assert not any(name.startswith("session") for name in browser.jar), "no session cookie"
    assert not any(name.startswith("authorization") for name in browser.jar), "no flow cookie"
    return found


async def test_a_login_ends_where_it_began_and_the_session_serves_from_then_on() -> None:
    scene = Scene()
    browser = Browser(scene)
    done = await browser.log_in("/page?x=1&y=2")
    assert isinstance(done.decision, Reply)
    assert (done.decision.status, location(done)) == (303, "/page?x=1&y=2")
    assert ("login.done", "authorization_code") in events(done)
    calls = len(scene.provider.calls)
    for _ in range(2):
        served = await browser.open("/page?x=1&y=2")
        assert (upstream(served)["Authorization"] or "").startswith("Bearer ey")
        assert served.memory.until > scene.world.wall, served.memory.reasons
    assert len(scene.provider.calls) == calls


async def test_the_code_is_redeemed_with_its_verifier_at_the_address_it_was_asked_for() -> None:
    scene = Scene()
    await Browser(scene).log_in()
    form = scene.provider.form(-2)  # the keys were fetched last
    assert form["grant_type"] == ["authorization_code"]
    assert form["redirect_uri"] == ["http://shop.example/page"]
    assert len(form["code_verifier"][0]) == 43


async def test_logins_in_several_tabs_all_succeed() -> None:
    scene = Scene()
    browser = Browser(scene)
    first, second = await browser.begin("/one"), await browser.begin("/two")
    assert location(await browser.bring(second, "/two")) == "/two"
    assert location(await browser.bring(first, "/one")) == "/one"
    assert upstream(await browser.open("/one"))["Authorization"]


async def test_a_callback_that_is_opened_twice_goes_on_to_the_page() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin("/page?x=1")
    await browser.bring(answer)
    again = await browser.bring(answer)
    assert location(again) == "/page?x=1"
    assert scene.provider.count("token") == 1


async def test_two_callbacks_at_once_redeem_the_code_once_and_make_one_session() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    before = dict(browser.jar)
    await browser.bring(answer)
    other = Browser(scene)  # the same browser, before it knew the answer
    other.jar = before
    await other.bring(answer)
    assert scene.provider.count("token") == 1
    told = [upstream(await one.open())["Authorization"] for one in (browser, other)]
    assert told[0] == told[1]


async def test_a_code_is_not_shown_to_the_provider_again_when_its_grace_is_over() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    before = dict(browser.jar)
    await browser.bring(answer)
    scene.world.jump(GRACE + 1)
    late = Browser(scene)
    late.jar = before
    assert await refused(scene, late, answer) == (400, "callback.repeated")
    assert scene.provider.count("token") == 1


async def test_a_state_of_another_browser_is_refused() -> None:
    scene = Scene()
    answer = await Browser(scene).begin()
    assert await refused(scene, Browser(scene), answer) == (400, "callback.other_browser")
    assert scene.provider.count("token") == 0


async def test_an_attackers_answer_in_a_victims_login_is_refused() -> None:
    scene = Scene()
    victim = Browser(scene)
    attacker, mine = await Browser(scene).begin(), await victim.begin()
    mixed = {"code": attacker["code"], "state": mine["state"]}
    assert await refused(scene, victim, mixed) == (401, "callback.code_refused")


async def test_a_code_of_another_login_is_refused_by_its_nonce_where_there_is_no_pkce() -> None:
    scene = Scene(require_proof_key_for_code_exchange=False)
    victim = Browser(scene)
    attacker, mine = await Browser(scene).begin(), await victim.begin()
    mixed = {"code": attacker["code"], "state": mine["state"]}
    assert await refused(scene, victim, mixed) == (401, "id_token.nonce")


async def test_a_login_that_took_too_long_is_over() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    scene.world.jump(600)
    assert await refused(scene, browser, answer) == (400, "callback.too_late")


async def test_a_state_without_our_proof_belongs_to_the_application() -> None:
    scene = Scene(auth_methods=["authorization_code", "session", "bearer"])
    browser = Browser(scene)
    await browser.log_in()
    served = await browser.open("/page?state=mine&code=42")
    assert upstream(served)["Authorization"]


async def test_at_a_configured_address_a_foreign_state_is_refused() -> None:
    scene = Scene(redirect_uri=["http://shop.example/callback"])
    told = await Browser(scene).open("/callback?code=x&state=forged.AAAAAAAAAAAAAAAA")
    assert page(told) == (400, "callback.unknown_state")


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        ({"code": ""}, (400, "authorization.no_code")),
        ({"iss": "https://evil.example"}, (401, "authorization.issuer")),
        ({"error": "access_denied", "error_description": "no"}, (401, "authorization.denied")),
        ({"error": "server_error"}, (503, "authorization.denied")),
    ],
)
async def test_a_bad_answer_is_refused(brought: dict[str, str], expected: tuple[int, str]) -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    assert await refused(scene, browser, {**answer, **brought}) == expected
    assert scene.provider.count("token") == 0


async def test_a_missing_issuer_is_refused_where_the_provider_promises_it() -> None:
    scene = Scene()
    scene.provider.metadata["authorization_response_iss_parameter_supported"] = True
    browser = Browser(scene)
    assert await refused(scene, browser, await browser.begin()) == (
        401,
        "authorization.issuer_missing",
    )
    answer = {**await browser.begin(), "iss": ISSUER}
    assert location(await browser.bring(answer)) == "/page?x=1"


async def test_an_answer_that_says_something_twice_is_refused() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    told = await browser.open(f"/page?code={answer['code']}&code=x&state={answer['state']}")
    assert page(told) == (400, "authorization.duplicate")


async def test_scripts_in_what_the_provider_says_are_text() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    bad = {**answer, "error": "access_denied", "error_description": "<script>alert(1)</script>"}
    told = await browser.bring(bad)
    assert isinstance(told.decision, Reply)
    text = told.decision.body.decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "script-src" not in (told.decision.headers.get("content-security-policy") or "")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://evil.example"}, "id_token.issuer"),
        ({"sub": ...}, "id_token.subject"),
        ({"aud": "another"}, "id_token.audience"),
        ({"iat": ...}, "id_token.claim"),
        ({"nonce": "another"}, "id_token.nonce"),
        ({"nonce": ...}, "id_token.nonce"),
        ({"exp": 1}, "id_token.expired"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "id_token.at_hash"),
    ],
)
async def test_an_id_token_that_is_not_of_this_login_is_refused(
    claims: dict[str, Any], code: str
) -> None:
    scene = Scene()
    scene.provider.id_claims = claims
    browser = Browser(scene)
    assert await refused(scene, browser, await browser.begin()) == (401, code)


async def test_an_id_token_under_a_key_that_is_not_published_is_refused() -> None:
    scene = Scene()
    scene.provider.signer = OTHER_KEY
    browser = Browser(scene)
    assert (await refused(scene, browser, await browser.begin()))[1] == "token.unknown_key"


async def test_a_provider_that_rotates_its_keys_is_followed_at_the_next_login() -> None:
    scene = Scene()
    await Browser(scene).log_in()
    scene.provider.signer = OTHER_KEY
    scene.provider.keys.append(OTHER_KEY)
    scene.world.jump(2)
    assert location(await Browser(scene).log_in()) == "/page?x=1"


def _without_id(key: Key) -> Key:
    return replace(key, kid=None, jwk={k: v for k, v in key.jwk.items() if k != "kid"})


async def test_a_provider_whose_keys_have_no_ids_may_change_them() -> None:
    scene = Scene()
    nameless, other = (_without_id(generate("ES256", name)) for name in "ab")
    scene.provider.keys, scene.provider.signer = [nameless], nameless
    await Browser(scene).log_in()
    scene.provider.keys, scene.provider.signer = [other], other
    scene.world.jump(2)
    assert location(await Browser(scene).log_in()) == "/page?x=1"
    scene.provider.signer = nameless
    scene.world.jump(2)
    browser = Browser(scene)
    assert await refused(scene, browser, await browser.begin()) == (401, "token.signature")


async def test_without_an_id_token_nobody_has_logged_in() -> None:
    scene = Scene()
    grant = {"access_token": "opaque", "token_type": "Bearer"}
    scene.provider.on("POST", "/v1/token", json_reply(grant))
    browser = Browser(scene)
    assert await refused(scene, browser, await browser.begin()) == (401, "callback.no_id_token")


async def test_a_provider_without_openid_logs_in_by_its_access_token() -> None:
    scene = Scene(scopes=["read"])
    grant = {"access_token": "opaque", "token_type": "Bearer"}
    scene.provider.on("POST", "/v1/token", json_reply(grant))
    browser = Browser(scene)
    await browser.log_in()
    assert upstream(await browser.open())["Authorization"] == "Bearer opaque"


async def test_a_provider_that_is_away_costs_nothing_but_a_reload() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    gone = Fault("provider.unreachable", "It is away.", by=By.PROVIDER)
    scene.provider.on("POST", "/v1/token", gone)
    told = await browser.bring(answer)
    assert page(told) == (503, "provider.unreachable")
    assert isinstance(told.decision, Reply)
    assert told.decision.headers.get("retry-after")
    scene.provider.on("POST", "/v1/token", scene.provider.grant_tokens)
    scene.world.jump(2)
    assert location(await browser.bring(answer)) == "/page?x=1"


async def test_a_provider_that_does_not_know_us_is_an_outage_and_not_the_persons_fault() -> None:
    scene = Scene()
    browser = Browser(scene)
    answer = await browser.begin()
    scene.provider.on("POST", "/v1/token", json_reply({"error": "invalid_client"}, 401))
    assert page(await browser.bring(answer)) == (503, "provider.refused_our_credentials")


async def test_a_posted_answer_is_taken_where_that_was_asked_for() -> None:
    scene = Scene(response_mode="form_post")
    browser = Browser(scene, scheme="https")
    answer = await browser.begin("/page")
    body = f"code={answer['code']}&state={answer['state']}".encode()
    done = await browser.open("/page", method="POST", body=body)
    assert (getattr(done.decision, "status"), location(done)) == (303, "/page")  # noqa: B009


async def test_an_answer_in_the_wrong_way_is_refused() -> None:
    scene = Scene(response_mode="form_post")
    browser = Browser(scene)
    assert (await refused(scene, browser, await browser.begin()))[1] == "callback.response_mode"


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "DELETE"])
async def test_an_answer_in_the_address_comes_by_get(method: str) -> None:
    browser = Browser(Scene())
    told = await browser.bring(await browser.begin(), method=method)
    assert page(told) == (400, "callback.response_mode")
    assert browser.scene.provider.count("token") == 0


async def test_a_posted_form_without_a_login_in_progress_is_not_read() -> None:
    scene = Scene(response_mode="form_post")
    browser = Browser(scene)
    told = await browser.open("/page", method="POST", body=b"state=x&code=y")
    assert page(told) == (401, "credential.absent")
    assert "body" not in told.reads


async def test_no_more_than_a_handful_of_logins_are_in_progress() -> None:
    scene = Scene()
    browser = Browser(scene)
    for number in range(3 * MOST):
        await browser.begin(f"/{number}")
        scene.world.jump(1)
    assert len([name for name in browser.jar if name.startswith("authorization_")]) == MOST
    answer = await browser.begin("/last")
    assert location(await browser.bring(answer, "/last")) == "/last"


async def test_what_is_set_is_what_a_session_cookie_should_be() -> None:
    scene = Scene()
    browser = Browser(scene, scheme="https")
    done = await browser.log_in()
    (line,) = [one for one in set_cookies(done) if one.startswith("session=")]
    assert line.endswith("; Path=/; SameSite=Lax; Secure; HttpOnly")


async def test_another_client_id_is_told_apart() -> None:
    scene = Scene(client_id=[CLIENT, "wholesale"], client_secret=["a", "b"], client_arg="which")
    browser = Browser(scene)
    asked = location(await browser.open("/page?which=wholesale"))
    assert "client_id=wholesale" in asked
