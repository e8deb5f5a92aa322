import pytest

from gatepost.console.collection import Order
from gatepost.console.trying.claims_box import claims_box
from tests.unit.console.trying.desks import DECODED, at_desk

pytestmark = pytest.mark.anyio


async def test_the_claims_are_told_and_the_end_is_counted_down_to() -> None:
    async with at_desk(claims_box) as page:
        await page.user.should_see("No token goes with the request.")
        page.desk.take({"access_token": "canary"}, "bearer")
        await page.user.should_see("signature good")
        await page.user.should_see("Who issued it")
        await page.user.should_see("A claim of the provider's own")
        await page.user.should_see("<script>alert(1)</script>")
        await page.user.should_see("It ends")
        assert page.asked("/openid-connect/decode") == [{"token": "canary"}]
        await page.user.should_not_see("canary")


@pytest.mark.parametrize(
    ("signature", "words"), [(False, "signature bad"), (None, "signature not checked")]
)
async def test_a_signature_that_is_not_good_is_said_to_be_so(
    signature: bool | None, words: str
) -> None:
    async with at_desk(claims_box) as page:
        told = {**DECODED, "signature": {"ok": signature, "says": "Because of this."}}
        page.answers.say("/openid-connect/decode", told)
        page.desk.take({"access_token": "x"}, "bearer")
        await page.user.should_see(words)
        await page.user.should_see("Because of this.")


@pytest.mark.parametrize(
    ("kind", "words"), [("opaque", "It is opaque"), ("jwe", "It is encrypted")]
)
async def test_a_token_that_cannot_be_read_is_explained(kind: str, words: str) -> None:
    async with at_desk(claims_box) as page:
        told = {"kind": kind, "header": None, "claims": None, "signature": {"ok": None, "says": ""}}
        page.answers.say("/openid-connect/decode", told)
        page.desk.take({"access_token": "x"}, "bearer")
        await page.user.should_see(words)


async def test_where_the_gateway_gets_the_token_nobody_here_has_it() -> None:
    async with at_desk(claims_box) as page:
        page.desk.trial.order = Order("", "client_credentials", "app", "secret")
        page.desk.trial.way = "basic"
        page.desk.changed("token")
        await page.user.should_see("The gateway gets the token")
