import json

import pytest
from nicegui import events

from gatepost.console.collection import Order, insomnia, postman, read
from gatepost.console.trying import Desk, Tokens
from gatepost.console.trying.keeping_box import _Kept, collection_box, curl_box, history_box
from gatepost.values import Secret
from tests.unit.console.hands import until
from tests.unit.console.shown import press
from tests.unit.console.trying.desks import HOSTILE, at_desk, soon

pytestmark = pytest.mark.anyio


def with_token(desk: Desk) -> None:
    desk.trial.path = "/orders"
    desk.trial.tokens, desk.trial.way = Tokens(Secret("canary-token")), "chained"
    desk.trial.order = Order("http://idp/token", "client_credentials", "app", "canary-secret")


class File:
    """What a browser sends."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def read(self) -> bytes:
        return self._content


async def test_the_command_has_the_token_only_when_it_is_wanted() -> None:
    async with at_desk(curl_box, with_token) as page:
        await page.user.should_see("Authorization: Bearer $TOKEN")
        await page.user.should_not_see("canary-token")
        page.user.find("With the token in it").click()
        await page.user.should_see("Authorization: Bearer canary-token")


async def test_what_was_sent_is_listed_and_can_be_taken_again() -> None:
    async with at_desk(history_box, with_token) as page:
        await page.user.should_see("until you leave the page")
        await page.desk.send()
        await page.user.should_see("GET /orders")
        page.desk.trial.path = "/other"
        page.press_icon("Take GET /orders again")
        await until(lambda: page.desk.trial.path == "/orders")
        page.desk.sent = None
        page.press_icon("Show the answer to GET /orders")
        await until(lambda: page.desk.sent is page.desk.trial.history[0])


async def test_a_request_is_saved_with_how_its_token_is_got() -> None:
    async with at_desk(collection_box, with_token) as page:
        page.box("collection").set_value("Orders")
        page.box("call").set_value(HOSTILE)
        press(page.user, "Add this request")
        await page.user.should_see("a token that is asked for before")
        press(page.user, "Save for Insomnia")
        file = await page.user.download.next()
        assert "canary" not in file.text
        opened = read(file.text)
        assert opened.calls[0].name == HOSTILE[:200]
        assert opened.calls[0].way == "chained"
        page.user.find("With the secrets in the file").click()
        press(page.user, "Save for Postman")
        file = await page.user.download.next()
        assert "canary-secret" in file.text
        assert "canary-token" not in file.text  # it is asked for anew


async def test_a_file_is_opened_and_one_that_is_none_is_refused() -> None:
    async with at_desk(collection_box, with_token) as page:
        press(page.user, "Add this request")
        await soon(lambda: page.desk.trial.collection.calls)
        kept = _kept(page.desk)
        whole = page.desk.trial.collection
        for written in (insomnia.exported(whole, "2026"), postman.exported(whole)):
            page.desk.trial.collection = type(whole)("other")
            await kept._opened(_event(written.encode()))
            assert page.desk.trial.collection.calls[0].path == "/orders"
        for wrong in (b"\xff\xfe", b"{}", b"", json.dumps({"_type": "export"}).encode()):
            before = page.desk.trial.collection
            await kept._opened(_event(wrong))
            assert page.desk.trial.collection is before


def _event(content: bytes) -> events.UploadEventArguments:
    return events.UploadEventArguments(sender=None, client=None, file=File(content))  # type: ignore[arg-type]


def _kept(desk: Desk) -> _Kept:
    with desk.client:
        return _Kept(desk, lambda: None)
