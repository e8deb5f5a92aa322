import pytest

from gatepost.console.parts.bars import Bar, bars
from tests.unit.console.shown import shown

pytestmark = pytest.mark.anyio


async def test_the_largest_number_is_the_longest_bar_and_names_are_text() -> None:
    numbers = [Bar("<b>200</b>", 1234, "/routes/1", "good"), Bar("503", 0, tone="bad")]
    async with shown(lambda: bars("By status", "Status", numbers)) as user:
        for words in ("By status", "Status", "Requests", "<b>200</b>", "1,234", "503"):
            await user.should_see(words)
        (name,) = user.find("<b>200</b>").elements
        assert name.parent_slot.parent.props["href"] == "/routes/1"
        (number,) = user.find("1,234").elements
        bar = number.parent_slot.parent.default_slot.children[0]
        assert bar.style["width"] == "60.0%"
        assert "gp-share-good" in bar.classes


async def test_no_numbers_are_no_division_by_zero() -> None:
    async with shown(lambda: bars("Nothing", "Status", [], unit="hits")) as user:
        await user.should_see("Hits")
