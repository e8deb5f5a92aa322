import asyncio

import pytest

from gatepost.console.parts.buttons import (
    action,
    go_button,
    icon_button,
    one_of,
    only_for,
    primary,
)
from tests.unit.console.shown import press, shown, ui, view_of

pytestmark = pytest.mark.anyio


async def test_a_second_click_while_it_is_under_way_does_nothing() -> None:
    begun, go = [], asyncio.Event()

    async def slow() -> None:
        begun.append(1)
        await go.wait()

    async with shown(lambda: primary("Save", slow)) as user:
        user.find("Save").click()
        await asyncio.sleep(0.05)
        user.find("Save").click()
        await asyncio.sleep(0.05)
        assert begun == [1]
        go.set()
        await asyncio.sleep(0.05)
        user.find("Save").click()
        await asyncio.sleep(0.05)
        assert begun == [1, 1]


async def test_a_button_with_a_picture_says_what_it_does() -> None:
    done = []
    async with shown(lambda: icon_button("delete", "Delete it", lambda: done.append(1))) as user:
        (made,) = user.find(kind=ui.button).elements
        assert made.props["aria-label"] == "Delete it"


async def test_who_may_not_cannot_click_and_reads_why() -> None:
    done = []
    view = view_of(role="viewer")
    async with shown(
        lambda: only_for(view, "operator", action("Delete", lambda: done.append(1), bad=True))
    ) as user:
        (made,) = user.find("Delete").elements
        assert not made.enabled
        await user.should_see("This takes the role operator; you have viewer.")


async def test_a_button_that_leads_elsewhere_is_a_link() -> None:
    async with shown(lambda: go_button("Routes", "/routes", main=True)) as user:
        (made,) = user.find("Routes").elements
        assert made.props["href"] == "/routes"


async def test_what_is_told_outlives_the_part_that_had_the_button() -> None:
    def draw() -> None:
        place = ui.element("div")

        async def doing() -> None:
            place.clear()
            ui.notify("It is done.")

        with place:
            action("Do it", doing)

    async with shown(draw) as user:
        press(user, "Do it")
        await user.should_see("It is done.")


async def test_one_of_several_is_chosen_by_its_words() -> None:
    made: list[ui.toggle] = []
    async with shown(lambda: made.append(one_of({"a": "First", "b": "Second"}, "a"))) as user:
        assert made[0].value == "a"
        await user.should_see("Second")
        assert "no-caps" in made[0].props
