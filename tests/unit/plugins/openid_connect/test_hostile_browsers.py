import asyncio
import functools
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.plugins.openid_connect.browser_script import Browser, Scene
from tests.unit.plugins.openid_connect.provider_script import ISSUER

BACK = "http://shop.example/back"
CONFIGS: list[dict[str, Any]] = [
    {
        "redirect_uri": [BACK],
        "logout_uri_suffix": "/logout",
        "logout_query_arg": "bye",
        "logout_post_arg": "out",
        "logout_methods": ["GET", "POST", "DELETE"],
        "backchannel_logout_uri": "http://shop.example/told",
        "frontchannel_logout_uri": "http://shop.example/frame",
        "session_remember": True,
    },
    {
        "response_mode": "form_post",
        "backchannel_logout_uri": "http://shop.example/told",
        "session_storage": "redis",
        "session_bind": ["ip", "scheme", "user-agent"],
    },
    {"response_mode": "jwt", "login_action": "redirect", "login_redirect_uri": ["/x"]},
    {
        "response_mode": "form_post.jwt",
        "authorization_query_args_client": ["prompt"],
        "session_request_headers": ["id", "subject", "timeout"],
    },
    {
        "client_id": ["shop", "wholesale"],
        "client_secret": ["one", "two"],
        "auth_methods": ["authorization_code", "session", "bearer", "password"],
        "login_action": "response",
        "logout_redirect_uri": ["/bye"],
        "logout_uri_suffix": "/logout",
    },
]
FORM = "application/x-www-form-urlencoded"
LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0;"), max_size=40)
NAMES = ("session", "session2", "session4", "remember", "authorization-trail", "authorization_")
ARGUMENTS = ("code", "state", "error", "error_description", "iss", "response", "bye", "out", "sid")
KNOWN = ("$session", "$flow", "$state", "$code", ISSUER)
VALUES = st.one_of(
    LATIN, st.sampled_from(KNOWN), LATIN.map(lambda text: f"1{text}"), LATIN.map(lambda t: f"2{t}")
)
PAIRS = st.lists(st.tuples(st.sampled_from(ARGUMENTS), VALUES), max_size=5)


@functools.cache
def scene(number: int) -> tuple[Scene, dict[str, str], dict[str, str]]:
    """Return a configuration, the cookies of somebody logged in and logging in, and known texts."""

    async def prepared() -> tuple[Scene, dict[str, str], dict[str, str]]:
        one = Scene(**CONFIGS[number])
        inside, browser = Browser(one), Browser(one)
        if "response_mode" not in CONFIGS[number] and "login_action" not in CONFIGS[number]:
            await inside.log_in()
        brought = await browser.begin("/page")
        flow = next(iter(browser.jar))
        texts = {f"${name}": brought[name] for name in ("state", "code")}
        texts |= {"$flow": browser.jar[flow], "$session": inside.jar.get("session", "")}
        return one, {**inside.jar, **browser.jar}, texts

    return asyncio.run(prepared())


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(CONFIGS) - 1),
    st.sampled_from(["/back", "/page", "/logout", "/told", "/frame", "/" + "x" * 1_600]),
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "DELETE"]),
    PAIRS,
    PAIRS,
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    st.sampled_from(["shop.example", "", "a@b", "[::1]:80", "x" * 300, "\xe9"]),
    st.booleans(),
)
@example(0, "/page", "GET", [("state", "\xff")], [], {}, "shop.example", True)
@example(0, "/page", "GET", [], [], {"session": "\xb2"}, "shop.example", True)
@example(0, "/page", "GET", [], [], {"authorization-trail": "\xb3"}, "shop.example", True)
@example(0, "/back", "GET", [("state", "$state"), ("state", "x")], [], {}, "shop.example", True)
def test_no_browser_makes_the_gate_fail(
    number: int,
    path: str,
    method: str,
    query: list[tuple[str, str]],
    form: list[tuple[str, str]],
    cookies: dict[str, str],
    host: str,
    keeps: bool,
) -> None:
    one, jar, texts = scene(number)
    browser = Browser(one, host=host)
    given_ = {name: texts.get(value, value) for name, value in cookies.items()}
    browser.jar = {**jar, **given_} if keeps else given_
    args = "&".join(f"{name}={texts.get(value, value)}" for name, value in query)
    body = "&".join(f"{name}={texts.get(value, value)}" for name, value in form).encode("latin-1")
    told = asyncio.run(browser.open(f"{path}?{args}", method=method, body=body))
    assert getattr(told.decision, "status", 200) < 500, told.trace.steps
