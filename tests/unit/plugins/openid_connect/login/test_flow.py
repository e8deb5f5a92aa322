import pytest

from gatepost.plugin.plugin import Site
from gatepost.plugin.testkit import FakeRuntime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.login.flow import Flow, Flows
from gatepost.plugins.openid_connect.session import Seals
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, page, set_cookies

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
    names = [flows().name(at, runtime) for at in (1.8e9, 1.8e9 + 1, 1.8e9 + 100_000, 4e9)]
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
