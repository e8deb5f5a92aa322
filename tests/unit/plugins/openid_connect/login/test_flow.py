from collections.abc import Iterator

import pytest

from gatepost.plugin.plugin import Site
from gatepost.plugin.request import Request
from gatepost.plugin.testkit import FakeRuntime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.flow import MOST, ROOM, Flow, Flows
from gatepost.plugins.openid_connect.session import Seals
from tests.unit.plugins.openid_connect.browser_script import (
    PEOPLE,
    Browser,
    Scene,
    location,
    page,
    set_cookies,
)

pytestmark = pytest.mark.anyio


def flows(**config: object) -> Flows:
    whole = {"issuer": "https://idp.example", "session_secret": "one", **config}
    read = OpenIdConnectConfig.model_validate(whole)
    return Flows(read, Seals(read, Site()))


def flow(name: str = "name") -> Flow:
    return Flow(name, "i", "c", "https://shop.example/", "/page", "nonce", "verifier", 1.0)


def test_a_state_is_known_by_the_proof_that_we_wrote_it() -> None:
    state = flows().state(flow())
    assert flows().named(state) == "name"
    for other in ("", "name", "name.", f"x{state}", state[:-1], f"{state}x", "é.é", "."):
        assert flows().named(other) is None
    assert flows(session_secret="two").named(state) is None


def test_names_sort_by_age() -> None:
    runtime = FakeRuntime()
    names = [flows().name(at, runtime) for at in (1.8e9, 1.8e9 + 0.01, 1.8e9 + 1, 4e9)]
    assert names == sorted(names)
    assert len({len(name) for name in names}) == 1


def test_no_secret_is_in_its_representation() -> None:
    assert "verifier" not in repr(flow())
    assert "nonce" not in repr(flow())


@pytest.mark.parametrize(
    ("config", "scheme", "attributes"),
    [
        ({}, "https", "SameSite=Lax; Secure; HttpOnly"),
        ({}, "http", "SameSite=Lax; HttpOnly"),
        ({"response_mode": "form_post"}, "https", "SameSite=None; Secure; HttpOnly"),
        ({"response_mode": "form_post"}, "http", "SameSite=Lax; HttpOnly"),
        ({"authorization_cookie_same_site": "Strict"}, "https", "SameSite=Strict; Secure"),
    ],
)
async def test_its_cookie_comes_back_where_the_answer_comes_from(
    config: dict[str, object], scheme: str, attributes: str
) -> None:
    (line,) = set_cookies(await Browser(Scene(**config), scheme=scheme).open())
    assert line.startswith("authorization_")
    assert "; Path=/; Max-Age=600; " in line
    assert attributes in line


async def test_a_flow_of_another_name_does_not_pass_for_one() -> None:
    browser = Browser(Scene())
    first, second = await browser.begin("/one"), await browser.begin("/two")
    names = sorted(name for name in browser.jar if name.startswith("authorization_"))
    one, two = (browser.jar[name] for name in names)
    browser.jar[names[0]], browser.jar[names[1]] = two, one
    for answer in (first, second):
        assert page(await browser.bring(answer)) == (400, "callback.other_browser")


async def test_logins_in_progress_never_fill_the_header_in_which_they_come_back() -> None:
    browser = Browser(Scene())
    for number in range(8):
        location(await browser.open(f"/{'x' * 1_400}{number}"))
        assert sum(len(name) + len(value) for name, value in browser.jar.items()) <= ROOM + 1_000
    answer = await browser.begin("/short")
    assert location(await browser.bring(answer, "/short")) == "/short"


@pytest.mark.parametrize("url", ["/page", "/logout"])
async def test_hundreds_of_such_cookies_cost_no_more_than_a_few(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(Scene(logout_uri_suffix="/logout", logout_methods=["GET"]))
    await browser.open()
    name = next(iter(browser.jar))
    passes: list[str] = []
    one_pass = Request._pieces

    def counted(self: Request) -> Iterator[tuple[str, str]]:
        passes.append(url)
        return one_pass(self)

    monkeypatch.setattr(Request, "_pieces", counted)
    needed = []
    for many in (6, 350):
        browser.jar = {f"{name[:-4]}{number:04x}": "x" for number in range(many)}
        passes.clear()
        told = await browser.open(url)
        needed.append(len(passes))
        assert len(set_cookies(told)) <= 21
    assert needed[0] == needed[1] < 10, "each pass looks at every cookie"


async def test_a_cookie_that_only_begins_like_a_login_is_left_alone() -> None:
    browser = Browser(Scene())
    await browser.open()
    (name,) = (one for one in browser.jar if one.startswith("authorization_"))
    length = len(name) - len("authorization_")
    likes = [
        "é" * length,
        "," * length,
        "Z" * length,
        "z" * length,
        name[14:] + "1",
        name[14:] + "22",
    ]
    likes += ["0" * (length - 1), "0" * (length + 1), f" {'0' * (length - 1)}"]
    assert len(likes) > MOST, "of so many logins some would be forgotten"
    browser.jar = {f"authorization_{one}": "1" for one in likes}
    assert len(set_cookies(await browser.open())) == 1


async def test_a_login_that_is_in_progress_survives_a_new_secret_that_names_the_old_one() -> None:
    browser = Browser(Scene())
    answer = await browser.begin("/page")
    browser.scene.configured(
        session_secret="another", session_previous_secrets=[PEOPLE["session_secret"]]
    )
    assert location(await browser.bring(answer)) == "/page"
