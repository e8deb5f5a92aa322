import asyncio
import sys

import pytest

from gatepost.console.admin_api import Away, Unknown
from gatepost.console.parts.bits import text
from gatepost.console.parts.live import Live, live
from tests.unit.console.shown import shown, view_of

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[Live.__module__], "_AGAIN", (0.05, 0.05))


async def test_what_fails_says_so_and_comes_by_itself_when_it_works_again() -> None:
    view, told, works = view_of(), [], asyncio.Event()
    view.trouble = told.append

    async def fetch() -> str:
        if not works.is_set():
            raise Away("Nobody is there.")
        return "it is here"

    async with shown(lambda: live(view, fetch, text)) as user:
        await user.should_see("Nobody is there.")
        await user.should_see("Try again")
        works.set()
        await user.should_see("it is here")
        await user.should_not_see("Nobody is there.")
    assert told[-1] is None
    assert isinstance(told[0], Away)


async def test_what_was_there_stays_while_nobody_answers() -> None:
    view, made, away = view_of(), list[Live[str]](), False

    async def fetch() -> str:
        if away:
            raise Away("gone")
        return "old but here"

    async with shown(lambda: made.append(live(view, fetch, text))) as user:
        await user.should_see("old but here")
        away = True
        await made[0].refresh()
        await user.should_see("old but here")


async def test_who_is_not_known_any_more_is_told_and_not_tried_again() -> None:
    view, told = view_of(), []
    view.expired = lambda: told.append(1)

    async def fetch() -> str:
        raise Unknown("who?")

    async with shown(lambda: live(view, fetch, text)):
        await asyncio.sleep(0.3)
    assert told == [1]


async def test_it_is_drawn_again_only_when_it_is_another() -> None:
    view, drawn, value = view_of(), [], ["a"]

    async def fetch() -> str:
        return value[0]

    async with shown(lambda: live(view, fetch, drawn.append, every=0.05)):
        await asyncio.sleep(0.3)
        assert drawn == ["a"]
        value[0] = "b"
        await asyncio.sleep(0.3)
        assert drawn == ["a", "b"]


async def test_it_is_tried_again_also_when_it_was_drawn_anew_meanwhile() -> None:
    view, made, away = view_of(), list[Live[str]](), False

    async def fetch() -> str:
        if away:
            raise Away("gone")
        return f"answer {len(asked)}"

    asked: list[int] = []
    async with shown(lambda: made.append(live(view, fetch, text))) as user:
        await user.should_see("answer 0")
        away = True
        await made[0].refresh()
        made[0].redraw()  # such as a chart that is to be a table
        asked.append(1)
        away = False
        await user.should_see("answer 1")


async def test_who_presses_the_button_again_and_again_does_not_have_more_asked_later() -> None:
    view, made, asked = view_of(), list[Live[str]](), []

    async def fetch() -> str:
        asked.append(1)
        raise Away("gone")

    async with shown(lambda: made.append(live(view, fetch, text))) as user:
        await user.should_see("gone")
        for _ in range(20):
            await made[0].refresh()
        before = len(asked)
        await asyncio.sleep(0.5)
        assert 3 <= len(asked) - before <= 12  # every 50 ms
