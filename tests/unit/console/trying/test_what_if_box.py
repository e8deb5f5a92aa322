import pytest

from gatepost.console.trying import Desk
from gatepost.console.trying.what_if_box import what_if_box
from tests.unit.console.shown import press
from tests.unit.console.trying.desks import DECODED, PLUGIN, STORY, at_desk, soon

pytestmark = pytest.mark.anyio


def with_policy(desk: Desk) -> None:
    desk.trial.plugins = (PLUGIN,)


async def test_a_claim_that_is_changed_is_supposed_and_nothing_is_sent() -> None:
    async with at_desk(what_if_box, with_policy) as page:
        page.answers.say("/openid-connect/decode", {**DECODED, "claims": {"scope": "read", "a": 1}})
        page.desk.take({"access_token": "canary"}, "bearer")
        press(page.user, "Take the token's claims")
        await page.user.should_see("Value 2")
        page.field("Value 1").set_value("write")
        press(page.user, "Add a claim")
        await page.user.should_see("Value 3")
        page.field("Claim 3").set_value("level")
        page.field("Value 3").set_value("7")
        press(page.user, "See the decision")
        await page.user.should_see("Nothing would be different.")
        now, then = page.asked("/explain")
        assert "what_if" not in now
        assert then["what_if"] == {"claims": {"scope": "write", "level": 7}}
        assert not page.asked("/try/request")


async def test_a_policy_is_supposed_otherwise_and_the_differences_are_named() -> None:
    async with at_desk(what_if_box, with_policy) as page:
        box = page.field("What its configuration sets")
        await soon(lambda: "http://idp" in str(box.value))
        assert "leeway" not in box.value  # it is as it is by default
        page.user.find("Enabled").click()
        box.set_value('{"issuer": "http://idp", "auth_methods": ["bearer"]}')
        press(page.user, "See the decision")
        await soon(lambda: len(page.asked("/explain")) == 2)
        (wish,) = page.asked("/explain")[1]["what_if"]["plugins"]
        assert wish == {"id": "p1", "enabled": False, "config": {"scopes_required": None}}


async def test_another_decision_is_said_first() -> None:
    async with at_desk(what_if_box) as page:
        press(page.user, "Add a claim")
        await page.user.should_see("Claim 1")
        page.field("Claim 1").set_value("<b>")
        refused = {"outcome": "refused", "status": 403, "code": "scopes.missing", "message": "No"}
        page.answers.say("/explain", {**STORY, **refused, "upstream": None})
        press(page.user, "See the decision")
        await page.user.should_see("It would be refused with 403, scopes.missing.")


async def test_nothing_supposed_and_no_json_are_said_to_be_so() -> None:
    async with at_desk(what_if_box, with_policy) as page:
        box = page.field("What its configuration sets")
        await soon(lambda: "http://idp" in str(box.value))
        press(page.user, "See the decision")
        await page.user.should_see("Nothing is supposed yet")
        box.set_value("{no")
        press(page.user, "See the decision")
        await soon(lambda: "no JSON" in str(box.props.get("error-message")))
        assert not page.asked("/explain")
