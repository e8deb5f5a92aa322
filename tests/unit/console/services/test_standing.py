import pytest

from gatepost.console.parts import text
from gatepost.console.services.standing import Standing
from tests.unit.console.shown import shown, view_of

pytestmark = pytest.mark.anyio


async def test_a_page_about_something_that_was_deleted_says_so_and_leads_on() -> None:
    made: list[Standing] = []

    def draw() -> None:
        made.append(Standing(view_of(plane="p")))
        with made[0]:
            text("all about it")

    async with shown(draw) as user:
        await user.should_see("all about it")
        made[0].gone("It is deleted", "/services", "All services")
        await user.should_see("It is deleted")
        await user.should_not_see("all about it")
        (button,) = user.find("All services").elements
        assert button.props["href"] == "/services?plane=p"
