import sys

import pytest

from gatepost.console.trying import answer_box as module
from gatepost.console.trying.answer_box import answer_box
from tests.unit.console.trying.desks import HOSTILE, SENT, TRACE, at_desk

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[module.__name__], "PATIENCE", 0.15)
    monkeypatch.setattr(sys.modules[module.__name__], "_STEP", 0.05)


async def test_before_anything_was_sent_it_says_what_comes_here() -> None:
    async with at_desk(answer_box) as page:
        await page.user.should_see("Nothing was sent yet")


async def test_an_answer_is_shown_readably_with_its_trace() -> None:
    async with at_desk(answer_box) as page:
        await page.desk.send()
        await page.user.should_see("200")
        await page.user.should_see('{\n  "a": 1\n}')
        await page.user.should_see("Open this trace")
        await page.user.should_see("X-Added")
        await page.user.should_see("taken away")


async def test_hostile_answers_are_texts_and_what_was_cut_off_is_said() -> None:
    async with at_desk(answer_box) as page:
        headers = [["X-<b>", HOSTILE], ["Content-Type", "application/json"]]
        answer = {**SENT, "body": HOSTILE, "headers": headers, "truncated": True, "status": 599}
        page.answers.say("/try/request", answer)
        await page.desk.send()
        await page.user.should_see("<script>alert(1)</script>")
        await page.user.should_see("X-<b>")
        await page.user.should_see("cut off")


async def test_bytes_that_are_no_text_are_said_to_be_so() -> None:
    async with at_desk(answer_box) as page:
        page.answers.say("/try/request", {**SENT, "body": "AAEC", "encoding": "base64"})
        await page.desk.send()
        await page.user.should_see("The body is no text")


async def test_without_a_trace_the_request_can_be_explained() -> None:
    async with at_desk(answer_box) as page:
        page.answers.say("/traces", {"data": []})
        await page.desk.send()
        await page.user.should_see("No trace of it has come.")
        page.user.find("Explain it").click()
        await page.user.should_see("What happened")
        assert page.asked("/explain")


async def test_a_refusal_says_that_nothing_came_to_the_upstream() -> None:
    async with at_desk(answer_box) as page:
        refused = {"outcome": "refused", "status": 401, "code": "credential.missing"}
        page.answers.say("/traces/t1", {**TRACE, **refused, "upstream": None})
        page.answers.say("/try/request", {**SENT, "status": 401})
        await page.desk.send()
        await page.user.should_see("Nothing: the request did not get there.")
