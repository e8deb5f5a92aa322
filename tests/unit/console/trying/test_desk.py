import pytest

from gatepost.console.admin_api import Gone
from gatepost.console.trying import Desk, Tokens
from gatepost.values import Secret
from tests.unit.console.trying.desks import PLUGIN, TRACE, at_desk

pytestmark = pytest.mark.anyio


def nothing(_: Desk) -> None:
    """Draw nothing."""


async def test_a_route_brings_what_fits_it_and_its_policies() -> None:
    async with at_desk(nothing) as page:
        told: list[str] = []
        page.desk.on("request", lambda: told.append("request"))
        await page.desk.choose("r1")
        trial = page.desk.trial
        assert (trial.path, trial.method) == ("/orders", "GET")
        assert trial.plugins == (PLUGIN,)  # the one of the route is not one of everybody
        assert page.desk.issuers() == ["http://idp"]
        assert told == ["request"]
        with pytest.raises(Gone):
            await page.desk.choose("../x")


async def test_what_can_be_reached_is_learned() -> None:
    async with at_desk(nothing) as page:
        page.desk.trial.gateway, page.desk.trial.issuers = "", {}
        told: list[str] = []
        page.desk.on("request", lambda: told.append("request"))
        await page.desk.learn()
        assert page.desk.trial.gateway == "http://gw:8000"
        assert told == []
        await page.desk.learn_issuers()
        assert page.desk.trial.issuers == {"http://idp": "http://idp/token"}
        assert told == ["request"]
        page.answers.say("/openid-connect/issuers", {"message": "away"}, 503)
        await page.desk.learn_issuers()
        assert page.desk.trial.issuers == {"http://idp": "http://idp/token"}
        assert told == ["request"]  # what somebody types meanwhile is not drawn anew


async def test_what_is_sent_is_what_stands_there() -> None:
    async with at_desk(nothing) as page:
        page.desk.trial.path = "/orders?a=b"
        page.desk.take({"access_token": "canary"}, "bearer")
        await page.desk.send()
        (asked,) = page.asked("/try/request")
        assert asked["path"] == "/orders?a=b"
        assert asked["headers"] == [["Authorization", "Bearer canary"]]
        assert page.desk.sent is not None
        assert page.desk.sent.status == 200
        assert await page.desk.trace("m1") == TRACE
        page.answers.say("/traces", {"data": []})
        assert await page.desk.trace("m1") is None


async def test_what_is_missing_is_said_before_it_is_sent() -> None:
    async with at_desk(nothing) as page:
        assert page.desk.ready() is None
        page.desk.trial.path = "orders"
        assert "slash" in (page.desk.ready() or "")
        page.desk.trial.gateway = ""
        assert "node" in (page.desk.ready() or "")


async def test_explain_is_asked_with_and_without_what_is_supposed() -> None:
    async with at_desk(nothing) as page:
        page.desk.trial.tokens = Tokens(Secret("canary"))
        await page.desk.explained()
        await page.desk.explained({"claims": {"a": 1}})
        first, second = page.asked("/explain")
        assert "what_if" not in first
        assert second["what_if"] == {"claims": {"a": 1}}


async def test_the_page_knows_when_it_is_closed_and_by_which_scheme_it_came() -> None:
    async with at_desk(nothing) as page:
        assert page.desk.origin.startswith("http://")
        assert not page.desk.closed
        page.desk.client.delete()
        assert page.desk.closed
