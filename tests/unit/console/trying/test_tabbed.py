import pytest

from gatepost.console.trying.tabbed import Tabs
from tests.unit.console.shown import shown, ui

pytestmark = pytest.mark.anyio


async def test_one_part_is_shown_at_a_time() -> None:
    made: list[Tabs] = []

    def draw() -> None:
        tabs = Tabs("Two", ("One", "Other"))
        with tabs.panel("One"):
            ui.label("first")
        with tabs.panel("Other"):
            ui.label("second")
        made.append(tabs)

    async with shown(draw) as user:
        await user.should_see("first")
        assert made[0].shown == "One"
        made[0].show("Other")
        assert made[0].shown == "Other"
        assert made[0].panel("Other").props["name"] == "Other"
