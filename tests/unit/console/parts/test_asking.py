import asyncio

import pytest

from gatepost.console.parts.asking import Consequence, confirm
from tests.unit.console.shown import press, shown, ui

pytestmark = pytest.mark.anyio
ROUTES = [Consequence("route", f"r{n}") for n in range(20)]


def asks(answers: list[bool], **more: object) -> object:
    async def ask() -> None:
        answers.append(
            await confirm("Delete it?", "It is gone then.", yes="Delete", **more)  # type: ignore[arg-type]
        )

    return lambda: ui.timer(0, ask, once=True)


@pytest.mark.parametrize(("word", "answer"), [("Delete", True), ("Cancel", False)])
async def test_the_question_names_what_goes_and_is_answered(word: str, answer: bool) -> None:
    answers: list[bool] = []
    async with shown(asks(answers, consequences=ROUTES)) as user:  # type: ignore[arg-type]
        await user.should_see("r11")
        await user.should_not_see("r12")
        await user.should_see("and 8 more")
        press(user, word)
        await asyncio.sleep(0.1)
    assert answers == [answer]


async def test_what_cannot_be_undone_wants_its_name_typed() -> None:
    answers: list[bool] = []
    async with shown(asks(answers, type_this="orders")) as user:  # type: ignore[arg-type]
        await user.should_see("Type orders to go on")
        (button,) = [one for one in user.find(kind=ui.button).elements if one.text == "Delete"]
        assert not button.enabled
        user.find(kind=ui.input).type("orders")
        await asyncio.sleep(0.2)
        assert button.enabled
