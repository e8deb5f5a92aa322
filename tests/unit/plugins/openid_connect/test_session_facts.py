import pytest

from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, upstream

pytestmark = pytest.mark.anyio
FACTS = ["id", "audience", "subject", "timeout", "idling-timeout", "absolute-timeout"]


async def test_the_facts_that_are_wanted_are_told() -> None:
    browser = Browser(Scene(session_request_headers=FACTS, session_response_headers=["id"]))
    await browser.log_in()
    browser.scene.world.jump(10)
    told = await browser.open()
    sent = upstream(told)
    assert (sent["Session-Audience"], sent["Session-Subject"]) == ("default", "alice")
    assert (sent["Session-Timeout"], sent["Session-Idling-Timeout"]) == ("890", "890")
    assert sent["Session-Absolute-Timeout"] == "86390"
    assert ("Session-Id", sent["Session-Id"]) in told.decision.edits.response_headers  # type: ignore[union-attr]
    assert told.memory.until == 0, "what is left changes with each second"


async def test_fixed_facts_can_be_remembered_and_strangers_cannot_send_them() -> None:
    scene = Scene(session_request_headers=["id", "subject"])
    browser = Browser(scene)
    await browser.log_in()
    assert (await browser.open()).memory.until > scene.world.wall
    assert {"session-id", "session-subject"} <= set(scene.plan.identity_headers)


async def test_a_subject_that_no_header_can_hold_is_left_out() -> None:
    scene = Scene(session_request_headers=["subject"])
    scene.provider.subject = "alïce"
    browser = Browser(scene)
    await browser.log_in()
    assert upstream(await browser.open())["Session-Subject"] is None
