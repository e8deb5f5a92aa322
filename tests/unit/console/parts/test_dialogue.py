from typing import Any

import pytest

from gatepost.console.parts import Field, action
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.shown_once import show_once
from tests.unit.console.hands import click, until
from tests.unit.console.shown import press, shown, ui, view_of

pytestmark = pytest.mark.anyio


async def test_it_is_answered_also_when_the_part_that_opened_it_is_gone_meanwhile() -> None:
    answers: list[Any] = []
    parts: list[ui.element] = []

    def draw() -> None:
        parts.append(ui.element("div"))

        async def ask() -> None:
            with parts[0], dialogue("Which?", typed=True, wide=True) as made:
                ui.button("This", on_click=lambda: made.submit("this"))
            parts[0].clear()
            answers.append(await answer_of(made))

        ui.timer(0, ask, once=True)

    async with shown(draw) as user:
        await user.should_see("Which?")
        (made,) = user.find(kind=ui.dialog).elements
        assert made.props["aria-label"] == "Which?"
        assert made.props["no-backdrop-dismiss"] is True
        await click(user, "This")
        await until(lambda: answers == ["this"])
        await user.should_not_see("Which?")


@pytest.mark.parametrize("opens", ["asking_for", "shown_once"])
async def test_a_page_that_is_closed_with_a_dialog_open_is_no_failure(opens: str) -> None:
    ended: list[Any] = []

    async def ask() -> None:
        if opens == "asking_for":
            fields = (Field("name", "Name"),)
            ended.append(await ask_for(view_of(), "Which?", fields, sent, yes="Make"))
        else:
            ended.append(await show_once("Which?", "Words.", "a secret"))

    async def sent(_: dict[str, Any]) -> None:
        raise AssertionError("nobody sent it")

    async with shown(lambda: action("Begin", ask)) as user:
        press(user, "Begin")
        await user.should_see("Which?")
        assert user.client is not None
        user.client.delete()
        await until(lambda: ended == [None])
