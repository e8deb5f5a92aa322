import pytest

from gatepost.idp.browser.authorization_answer import extended
from gatepost.oidc import KeySet, parse, verify
from tests.unit.idp.calling import Client
from tests.unit.idp.person import CALLBACK, Person, redeem

pytestmark = pytest.mark.anyio


async def test_form_post_brings_the_answer_in_a_form_that_sends_itself(
    idp: Client, person: Person
) -> None:
    page = await person.arrive(response_mode="form_post", state='"><b>')
    assert page.status == 200
    assert page.read.action == CALLBACK
    assert page.told["state"] == '"><b>'
    assert "<b>" not in page.text
    assert page.told["iss"] == idp.issuer
    assert '<script src="/assets/submit.js" defer>' in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert (await redeem(idp, page.told["code"]))[0] == 200


@pytest.mark.parametrize("mode", ["jwt", "query.jwt", "form_post.jwt"])
async def test_a_jwt_brings_the_answer_signed(idp: Client, person: Person, mode: str) -> None:
    page = await person.arrive(response_mode=mode)
    assert set(page.told) == {"response"}
    token = parse(page.told["response"])
    verify(token, KeySet.read(await idp.get("/v1/keys"), idp.issuer))
    code = token.payload.pop("code")
    assert token.payload == {
        "iss": idp.issuer,
        "aud": "demo-app",
        "exp": 1_800_000_600,
        "state": "a state",
    }
    assert (await redeem(idp, str(code)))[0] == 200


async def test_errors_travel_the_same_way(person: Person) -> None:
    posted = await person.ask(response_mode="form_post", prompt="none")
    assert posted.told["error"] == "login_required"
    signed = await person.ask(response_mode="jwt", prompt="none")
    assert parse(signed.told["response"]).payload["error"] == "login_required"


async def test_without_a_state_none_comes_back(person: Person) -> None:
    assert set((await person.arrive(state=None)).told) == {"code", "iss"}
    assert (await person.ask(state="")).told["state"] == ""


def test_what_is_in_the_query_of_an_address_stays() -> None:
    told = (("a b", "c&d"),)
    assert extended("http://x/", told) == "http://x/?a%20b=c%26d"
    assert extended("http://x/?y=z", told) == "http://x/?y=z&a%20b=c%26d"
    assert extended("http://x/?", told) == "http://x/?a%20b=c%26d"
    assert extended("http://x/", ()) == "http://x/"
