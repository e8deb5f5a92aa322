from typing import Any

import pytest

from gatepost.console.parts.dialogue import answer_of, dialogue
from tests.unit.console.hands import click, until
from tests.unit.console.shown import shown, ui

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
