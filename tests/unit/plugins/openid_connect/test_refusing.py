from typing import Any

import pytest

from gatepost.plugin.decision import Refusal
from gatepost.plugin.evaluate import Evaluation
from gatepost.values import Reply
from tests.unit.plugins.openid_connect.browser_script import (
    Browser,
    Scene,
    location,
    page,
    set_cookies,
)

pytestmark = pytest.mark.anyio
POST = {"method": "POST", "body": b"a=b"}


async def opened(navigates: bool = True, **config: Any) -> Evaluation:
    return await Browser(Scene(**config)).open(navigates=navigates, **POST)


async def test_a_person_gets_a_page_and_a_program_a_challenge() -> None:
    assert page(await opened()) == (401, "credential.absent")
    told = (await opened(navigates=False)).decision
    assert isinstance(told, Refusal)
    assert (told.status, told.message) == (401, "Unauthorized")
    assert told.challenges == ('Bearer realm="idp.example"',)


async def test_a_page_never_makes_a_browser_ask_for_a_password() -> None:
    told = await opened(auth_methods=["authorization_code", "session", "client_credentials"])
    assert isinstance(told.decision, Reply)
    assert told.decision.headers.all("www-authenticate") == ('Bearer realm="idp.example"',)


async def test_each_kind_of_refusal_may_be_a_redirect_of_its_own() -> None:
    config = {
        "unauthorized_redirect_uri": ["https://shop.example/401"],
        "forbidden_redirect_uri": ["https://shop.example/403"],
        "unexpected_redirect_uri": ["https://shop.example/503"],
    }
    assert location(await opened(**config)) == "https://shop.example/401"
    browser = Browser(Scene(**config, groups_required=["x"]))
    assert location(await browser.log_in()) == "https://shop.example/403"
    browser = Browser(Scene(**config))
    browser.scene.provider.away()
    assert location(await browser.open()) == "https://shop.example/503"


async def test_messages_are_as_configured_and_reasons_are_told_on_demand() -> None:
    told = await opened(unauthorized_error_message="Who are you?")
    assert b"Who are you?" in told.decision.body  # type: ignore[union-attr]
    told = await opened(navigates=False, display_errors=True)
    assert told.decision.message == "no credential was presented"  # type: ignore[union-attr]


async def test_a_session_that_does_not_count_is_deleted_with_the_refusal() -> None:
    for destroys in (True, False):
        browser = Browser(Scene(unauthorized_destroy_session=destroys))
        await browser.log_in()
        browser.jar["session"] = "1garbage"
        told = await browser.open(navigates=False)
        deleted = [line for line in set_cookies(told) if line.startswith("session=;")]
        assert bool(deleted) is destroys


async def test_an_outage_is_a_page_with_its_code_and_when_to_come_back() -> None:
    browser = Browser(Scene())
    browser.scene.provider.away()
    told = await browser.open()
    assert page(told) == (503, "provider.bad_status")
    assert told.decision.headers.get("retry-after") == "5"  # type: ignore[union-attr]
