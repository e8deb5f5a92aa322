import pytest

from gatepost.console.trying import Desk
from gatepost.console.trying.story import short, story
from tests.unit.console.trying.desks import ROUTE, STORY, TRACE, at_desk

pytestmark = pytest.mark.anyio


async def test_a_trace_and_an_explanation_are_drawn_with_the_names_that_are_known() -> None:
    def draw(desk: Desk) -> None:
        desk.trial.route = ROUTE
        story(desk, TRACE)
        story(desk, STORY)

    async with at_desk(draw) as page:
        await page.user.should_see("What happened")
        await page.user.should_see("orders")


async def test_the_decision_alone_is_drawn() -> None:
    async with at_desk(lambda desk: short(desk, TRACE)) as page:
        await page.user.should_see("Let through")
        await page.user.should_not_see("What happened")
