from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gatepost.plugin.decision import Forward
from gatepost.values import Call, Reply
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    Scene,
    events,
    location,
    page,
)
from tests.unit.plugins.openid_connect.provider_script import ISSUER

pytestmark = pytest.mark.anyio
LOGOUT = {
    "logout_uri_suffix": "/logout",
    "logout_methods": ["GET", "POST", "DELETE"],
    "logout_redirect_uri": ["https://shop.example/bye"],
}


async def logged_in(**config: Any) -> Browser:
    browser = Browser(Scene(**{**LOGOUT, **config}))
    await browser.log_in()
    return browser


async def test_a_logout_ends_here_and_then_at_the_provider() -> None:
    browser = await logged_in()
    told = await browser.open("/app/logout")
    target = urlsplit(location(told))
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{ISSUER}/v1/logout"
    sent = {name: values[0] for name, values in parse_qs(target.query).items()}
    assert sent["client_id"] == "shop"
    assert sent["post_logout_redirect_uri"] == "https://shop.example/bye"
    assert sent["id_token_hint"].startswith("ey")
    assert len(sent["state"]) == 24
    assert ("logout.done", "logout") in events(told)
    assert not any(name.startswith("session") for name in browser.jar)


@pytest.mark.parametrize("storage", [{}, {"session_storage": "redis"}])
async def test_the_old_cookie_is_refused_and_not_only_deleted(storage: dict[str, Any]) -> None:
    browser = await logged_in(**storage)
    old = dict(browser.jar)
    await browser.open("/logout")
    browser.jar = old
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401


async def test_a_logout_ends_this_login_and_no_other_of_the_same_person() -> None:
    browser = await logged_in()
    other = Browser(browser.scene)
    browser.scene.provider.sid = "provider-session-2"
    await other.log_in()
    await browser.open("/logout")
    assert isinstance((await other.open()).decision, Forward)


@pytest.mark.parametrize(
    ("config", "method", "url", "body"),
    [
        ({"logout_uri_suffix": None, "logout_query_arg": "bye"}, "GET", "/x?bye", b""),
        ({"logout_uri_suffix": None, "logout_post_arg": "bye"}, "POST", "/x", b"bye=1"),
        ({}, "DELETE", "/x/logout", b""),
    ],
)
async def test_each_trigger_logs_out(
    config: dict[str, Any], method: str, url: str, body: bytes
) -> None:
    browser = await logged_in(**config)
    told = await browser.open(url, method=method, body=body)
    assert ("logout.done", "logout") in events(told)
    assert getattr(told.decision, "status", 0) == (302 if method == "GET" else 303)


@pytest.mark.parametrize(
    ("method", "url"), [("GET", "/logout"), ("POST", "/x"), ("POST", "/logout/x")]
)
async def test_nothing_else_logs_out(method: str, url: str) -> None:
    browser = await logged_in(logout_methods=["POST"])
    assert isinstance((await browser.open(url, method=method)).decision, Forward)


@pytest.mark.parametrize(
    ("method", "mode", "ends"),
    [("POST", "navigate", False), ("GET", "no-cors", False), ("GET", "navigate", True)],
)
async def test_another_site_cannot_make_a_browser_log_out_without_a_click(
    method: str, mode: str, ends: bool
) -> None:
    browser = await logged_in()
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
    told = await browser.open("/logout", method=method, navigates=None, headers=headers)
    assert (("logout.done", "logout") in events(told)) is ends
    if not ends:
        assert page(told) == (403, "logout.cross_site")


async def test_tokens_are_revoked_where_that_is_wanted() -> None:
    browser = await logged_in(logout_revoke=True)
    revoked: list[str] = []

    def note(call: Call) -> Reply:
        revoked.append(parse_qs(call.body.decode())["token_type_hint"][0])
        return Reply(200)

    browser.scene.provider.on("POST", "/v1/revoke", note)
    await browser.open("/logout")
    assert sorted(revoked) == ["access_token", "refresh_token"]


async def test_a_revocation_that_fails_does_not_keep_anybody_logged_in() -> None:
    browser = await logged_in(logout_revoke=True)
    browser.scene.provider.on("POST", "/v1/revoke", Reply(500))
    old = dict(browser.jar)
    told = await browser.open("/logout")
    assert ("logout.not_revoked", "provider.bad_status") in events(told)
    browser.jar = old
    assert not isinstance((await browser.open()).decision, Forward)


async def test_a_provider_that_is_away_does_not_keep_anybody_logged_in() -> None:
    browser = await logged_in()
    browser.scene.world.jump(4000)
    old = dict(browser.jar)
    browser.scene.provider.away()
    told = await browser.open("/logout")
    assert getattr(told.decision, "status", 0) in (302, 303)
    browser.jar = old
    assert not isinstance((await browser.open(navigates=False)).decision, Forward)


async def test_without_a_session_there_is_nothing_to_end_at_the_provider() -> None:
    browser = Browser(Scene(**LOGOUT))
    assert location(await browser.open("/logout")) == "https://shop.example/bye"


async def test_without_anywhere_to_go_there_is_a_page_of_ours() -> None:
    browser = await logged_in(logout_redirect_uri=None)
    browser.scene.provider.metadata.pop("end_session_endpoint")
    browser.scene.world.jump(4000)
    browser.jar = {}
    told = await browser.open("/logout")
    assert page(told) == (200, "logout.done")


async def test_a_path_to_go_to_is_told_to_the_provider_as_an_address() -> None:
    browser = await logged_in(logout_redirect_uri=["/bye"])
    sent = parse_qs(urlsplit(location(await browser.open("/logout"))).query)
    assert sent["post_logout_redirect_uri"] == ["http://shop.example/bye"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"Site": "same-origin", "Mode": "no-cors", "Dest": "image"}, "logout.unasked"),
        ({"Site": "same-site", "Mode": "no-cors", "Dest": "script"}, "logout.unasked"),
        ({"Site": "cross-site", "Mode": "no-cors", "Dest": "image"}, "logout.cross_site"),
        ({"Site": "cross-site", "Mode": "navigate", "Dest": "iframe"}, "logout.cross_site"),
        ({"Site": "cross-site", "Mode": "navigate", "Dest": "object"}, "logout.cross_site"),
        ({"Site": "cross-site", "Mode": "navigate", "Dest": "document"}, None),
        ({"Site": "same-origin", "Mode": "navigate", "Dest": "iframe"}, None),
        ({"Site": "same-origin", "Mode": "cors", "Dest": "empty"}, None),
    ],
)
async def test_what_a_page_loads_by_itself_logs_nobody_out(
    told: dict[str, str], code: str | None
) -> None:
    browser = await logged_in()
    headers = {f"Sec-Fetch-{name}": value for name, value in told.items()}
    answer = await browser.open("/logout", navigates=None, headers=headers)
    assert (("logout.done", "logout") in events(answer)) is (code is None)
    if code is not None:
        assert page(answer) == (403, code)
        assert isinstance((await browser.open()).decision, Forward)


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
async def test_a_link_that_is_fetched_ahead_logs_nobody_out(purpose: str) -> None:
    browser = await logged_in()
    ahead = {"Sec-Purpose": purpose, "Sec-Fetch-Site": "same-origin"}
    assert page(await browser.open("/logout", headers=ahead)) == (403, "logout.unasked")
    assert isinstance((await browser.open()).decision, Forward)
