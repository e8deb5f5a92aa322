import pytest

from gatepost.console.collection import Order
from gatepost.console.trying import Desk, Tokens
from gatepost.console.trying.ending_box import ending_box
from gatepost.values import Secret
from tests.unit.console.shown import press
from tests.unit.console.trying.desks import at_desk, soon

pytestmark = pytest.mark.anyio


def with_token(desk: Desk) -> None:
    desk.trial.tokens, desk.trial.way = Tokens(Secret("canary")), "chained"
    desk.trial.order = Order("http://idp/token", "client_credentials", "app", "secret")


async def test_a_token_is_revoked_and_the_reach_is_said() -> None:
    async with at_desk(ending_box, with_token) as page:
        press(page.user, "Revoke this token")
        await page.user.should_see("Revoked; applied by 1 of 1 connected node. Now send again.")
        (asked,) = page.asked("/revocations")
        assert asked == {"token": "canary", "why": "tried out in the console"}
        press(page.user, "Send again")
        await soon(lambda: page.asked("/try/request"))


@pytest.mark.parametrize(("kind", "value"), [("client", "app"), ("subject", "ann")])
async def test_everything_of_somebody_is_revoked_when_it_is_confirmed(
    kind: str, value: str
) -> None:
    async with at_desk(ending_box, with_token) as page:
        press(page.user, f"Revoke this {kind}")
        await page.user.should_see(f"Revoke everything of this {kind}?")
        assert not page.asked("/revocations")
        press(page.user, f"Revoke all of this {kind}")
        await soon(lambda: page.asked("/revocations"))
        (asked,) = page.asked("/revocations")
        assert (asked[kind], asked["issuer"]) == (value, "http://idp")


async def test_what_the_token_does_not_say_cannot_be_named() -> None:
    async with at_desk(ending_box, with_token) as page:
        page.answers.say("/openid-connect/decode", {"kind": "opaque", "claims": None})
        press(page.user, "Revoke this subject")
        await page.user.should_see("The token does not say of which subject it is")
        assert not page.asked("/revocations")


async def test_an_application_is_switched_off_when_it_is_confirmed_and_on_again() -> None:
    async with at_desk(ending_box, with_token) as page:
        page.answers.say("/try/application", {"id": "1", "client_id": "app", "done": "deactivate"})
        press(page.user, "Deactivate the application")
        await page.user.should_see("Deactivate app?")
        assert not page.asked("/try/application")
        press(page.user, "Deactivate it")
        await soon(lambda: page.asked("/try/application"))
        press(page.user, "Activate it again")
        await soon(lambda: len(page.asked("/try/application")) == 2)
        actions = [one["action"] for one in page.asked("/try/application")]
        assert actions == ["deactivate", "activate"]


async def test_without_a_token_there_is_nothing_to_take_back() -> None:
    async with at_desk(ending_box) as page:
        await page.user.should_see("No token goes with the request.")
        await page.user.should_not_see("Revoke this token")
