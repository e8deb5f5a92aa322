from typing import Any

import pytest

from gatepost.console.collection import Order, Saved
from gatepost.console.trying import LOGINS
from gatepost.console.trying.token_box import token_box
from tests.unit.console.shown import press
from tests.unit.console.trying.desks import PLUGIN, Page, at_desk, soon

pytestmark = pytest.mark.anyio


async def choose(page: Page, way: str, **values: str) -> None:
    page.box("way").set_value(way)
    await page.user.should_see(
        {"paste": "Use it", "basic": "Use them", "login": "Log in"}.get(way, "Get a token")
    )
    for label, value in values.items():
        page.field(label.replace("_", " ")).set_value(value)


async def test_an_application_gets_a_token() -> None:
    async with at_desk(token_box) as page:
        await choose(page, "client_credentials", Client_id="app", Client_secret="canary")
        press(page.user, "Get a token")
        await soon(lambda: page.desk.trial.tokens)
        (asked,) = page.asked("/try/token")
        expected = {"issuer": "http://idp", "client_id": "app", "client_secret": "canary"}
        assert asked == {**expected, "grant": "client_credentials"}
        trial = page.desk.trial
        assert trial.authorization() == "Bearer canary-got"
        assert trial.order is not None
        assert (trial.order.url, trial.order.client_secret) == ("http://idp/token", "canary")
        await page.user.should_not_see("canary-got")


async def test_a_refresh_takes_the_token_from_before() -> None:
    async with at_desk(token_box) as page:
        await choose(page, "refresh_token", Client_id="app")
        press(page.user, "Get a token")
        await soon(lambda: "error" in str(page.field("Refresh token").props))
        assert not page.asked("/try/token")
        page.desk.take({"access_token": "a", "refresh_token": "canary-old"}, "chained")
        press(page.user, "Get a token")
        await soon(lambda: page.asked("/try/token"))
        assert page.asked("/try/token")[0]["refresh_token"] == "canary-old"


async def test_what_the_provider_refuses_is_said_at_the_form() -> None:
    async with at_desk(token_box) as page:
        told = {
            "message": "The provider answered 401: invalid_client",
            "error_description": "No such <b>.",
        }
        page.answers.say("/try/token", told, 400)
        await choose(page, "client_credentials", Client_id="app", Client_secret="canary")
        press(page.user, "Get a token")
        await page.user.should_see("invalid_client: No such <b>.")
        assert page.desk.trial.tokens is None


async def test_what_is_needed_is_asked_for_before_the_provider_is() -> None:
    async with at_desk(token_box) as page:
        await choose(page, "password", Client_id="app")
        press(page.user, "Get a token")
        await soon(lambda: page.field("Password").props.get("error"))
        assert not page.asked("/try/token")


async def test_a_token_is_pasted_and_does_not_stay_in_the_field() -> None:
    async with at_desk(token_box) as page:
        await choose(page, "paste", Access_token="Bearer canary-pasted ")
        press(page.user, "Use it")
        await soon(lambda: page.desk.trial.tokens)
        assert page.desk.trial.authorization() == "Bearer canary-pasted"
        assert page.field("Access token").value == ""


async def test_id_and_secret_go_to_the_gateway() -> None:
    async with at_desk(token_box) as page:
        await choose(page, "basic", Client_id="app", Client_secret="secret")
        press(page.user, "Use them")
        await soon(lambda: page.desk.trial.way == "basic")
        assert page.desk.trial.authorization() == "Basic YXBwOnNlY3JldA=="
        page.box("way").set_value("none")
        assert page.desk.trial.authorization() is None


async def test_a_login_is_begun_and_completed_by_what_comes_back() -> None:
    async with at_desk(token_box) as page:
        begun = {"url": "http://idp/authorize?x", "flow": "sealed", "state": "state-of-test"}
        page.answers.say("/try/login", begun)
        page.answers.say("/try/login/complete", {"access_token": "canary-in", "refresh_token": "r"})
        await choose(page, "login", Client_id="web")
        press(page.user, "Log in")
        await page.user.should_see("Open the login at the provider")
        (asked,) = page.asked("/try/login")
        assert asked["redirect_uri"] == f"{page.desk.origin}/try/callback"
        assert asked["scope"] == "openid"
        parameters = {"code": "c", "state": "state-of-test"}
        assert await LOGINS.back(parameters, page.desk.view.me) is None
        assert page.asked("/try/login/complete") == [{"flow": "sealed", "parameters": parameters}]
        assert page.desk.trial.authorization() == "Bearer canary-in"
        assert page.desk.trial.order is not None
        assert page.desk.trial.order.grant == "refresh_token"


@pytest.mark.parametrize("why", ["refused", "closed"])
async def test_a_login_that_does_not_come_about_says_why(why: str) -> None:
    async with at_desk(token_box) as page:
        state = f"state-{why}"
        page.answers.say("/try/login", {"url": "http://idp/a", "flow": "f", "state": state})
        page.answers.say("/try/login/complete", {"message": "The provider said no."}, 400)
        await choose(page, "login", Client_id="web")
        press(page.user, "Log in")
        await page.user.should_see("Open the login at the provider")
        if why == "closed":
            page.desk.client.delete()
        told = await LOGINS.back({"state": state}, page.desk.view.me)
        assert told == ("The provider said no." if why == "refused" else told)
        assert told
        assert page.desk.trial.tokens is None


async def test_an_address_that_is_none_of_a_browser_is_not_opened() -> None:
    async with at_desk(token_box) as page:
        page.answers.say("/try/login", {"url": "javascript:alert(1)", "flow": "f", "state": "s3"})
        await choose(page, "login", Client_id="web")
        press(page.user, "Log in")
        await page.user.should_see("at no address that a browser opens")
        await page.user.should_not_see("Open the login at the provider")


@pytest.mark.parametrize(
    ("known", "way"),
    [(["bearer"], "client_credentials"), (["client_credentials"], "basic"), ([], "none")],
)
async def test_the_way_that_the_policy_knows_is_suggested(known: list[str], way: str) -> None:
    async with at_desk(token_box) as page:
        config: dict[str, Any] = {"issuer": "http://idp", "auth_methods": known}
        page.desk.trial.plugins = ({**PLUGIN, "config": config},)
        page.desk.changed("request")
        assert page.box("way").value == way


async def test_a_call_of_a_collection_brings_how_its_token_is_got() -> None:
    async with at_desk(token_box) as page:
        order = Order("http://idp/token", "password", "web", "", "openid", username="ann")
        page.desk.trial.load(Saved("Mine", "http://gw", "/me", way="chained", order=order))
        page.desk.changed("request")
        await page.user.should_see("Get a token")
        assert page.box("way").value == "password"
        assert page.desk.trial.way == "chained"
        assert page.field("Client id").value == "web"
        assert page.field("Name at the provider").value == "ann"
