import pytest

from gatepost.oidc import sign
from gatepost.plugin.testkit import BEGIN
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, location, page
from tests.unit.plugins.openid_connect.provider_script import ISSUER, KEY, OTHER_KEY

pytestmark = pytest.mark.anyio
JARM = {"response_mode": "jwt"}


def signed(state: str, key: object = KEY, **claims: object) -> str:
    whole = {"iss": ISSUER, "aud": "shop", "exp": BEGIN + 60, "state": state, **claims}
    return sign({k: v for k, v in whole.items() if v is not ...}, key)  # type: ignore[arg-type]


async def test_a_signed_answer_completes_a_login() -> None:
    browser = Browser(Scene(**JARM))
    answer = await browser.begin()
    told = await browser.bring({"response": signed(answer["state"], code=answer["code"])})
    assert location(told) == "/page?x=1"


async def test_a_posted_signed_answer_completes_a_login() -> None:
    browser = Browser(Scene(response_mode="form_post.jwt"), scheme="https")
    answer = await browser.begin("/page")
    body = f"response={signed(answer['state'], code=answer['code'])}".encode()
    assert location(await browser.open(method="POST", body=body)) == "/page"


@pytest.mark.parametrize(
    ("claims", "key"),
    [
        ({"iss": "https://evil.example"}, KEY),
        ({"aud": "another"}, KEY),
        ({"exp": BEGIN - 1}, KEY),
        ({"exp": ...}, KEY),
        ({}, OTHER_KEY),
    ],
)
async def test_a_signed_answer_that_is_not_believed_is_refused(
    claims: dict[str, object], key: object
) -> None:
    browser = Browser(Scene(**JARM))
    answer = await browser.begin()
    response = signed(answer["state"], key, code=answer["code"], **claims)
    told = await browser.bring({"response": response})
    assert page(told)[0] in (400, 401)
    assert browser.scene.provider.count("token") == 0


async def test_a_plain_answer_is_refused_where_signed_ones_are_demanded() -> None:
    browser = Browser(Scene(**JARM))
    assert page(await browser.bring(await browser.begin())) == (400, "authorization.jarm")


async def test_a_signed_answer_to_another_login_is_refused() -> None:
    browser = Browser(Scene(**JARM))
    one, two = await browser.begin(), await browser.begin()
    response = signed(one["state"], code=two["code"])
    assert page(await browser.bring({"response": response}))[1] == "callback.code_refused"


async def test_an_error_without_a_state_at_the_configured_address_is_ours() -> None:
    browser = Browser(Scene(redirect_uri=["http://shop.example/back"]))
    told = await browser.open("/back?error=access_denied")
    assert page(told) == (400, "callback.unknown_state")


@pytest.mark.parametrize("url", ["/back", "/back?page=2", "/x/back?code=1", "/page?code=1&state=x"])
async def test_other_requests_are_not_answers(url: str) -> None:
    browser = Browser(Scene(redirect_uri=["http://shop.example/back"]))
    assert location(await browser.open(url)).startswith(f"{ISSUER}/v1/authorize")


async def test_what_is_posted_at_the_configured_address_must_be_a_form_that_can_be_read() -> None:
    browser = Browser(Scene(redirect_uri=["http://shop.example/back"], response_mode="form_post"))
    told = await browser.open("/back", method="POST", body="state=é".encode())
    assert page(told) == (400, "callback.unreadable")


@pytest.mark.parametrize("args", ["state=%ff", "state=1&x=%e9", "state=1" + "&a=1" * 600])
async def test_a_query_that_cannot_be_read_belongs_to_the_page_unless_an_answer_is_awaited(
    args: str,
) -> None:
    browser = Browser(Scene(redirect_uri=["http://shop.example/back"]))
    assert location(await browser.open(f"/page?{args}")).startswith(f"{ISSUER}/v1/authorize")
    assert page(await browser.open(f"/back?{args}")) == (400, "callback.unreadable")
