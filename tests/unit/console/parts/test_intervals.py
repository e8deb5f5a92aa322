import asyncio

import pytest

from gatepost.console.parts.intervals import Intervals
from tests.unit.console.shown import press, shown, ui


@pytest.mark.anyio
async def test_one_is_chosen_and_says_so() -> None:
    chosen: list[str] = []

    async def choose(interval: str) -> None:
        chosen.append(interval)

    async with shown(lambda: Intervals("1h", choose)) as user:
        pressed = {
            one.text: one.props["aria-pressed"] for one in user.find(kind=ui.button).elements
        }
        assert pressed == {
            "15m": "false", "1h": "true", "6h": "false", "24h": "false", "7d": "false",
            "30d": "false",
        }  # fmt: skip
        press(user, "7d")
        await asyncio.sleep(0.05)
        (week,) = [one for one in user.find(kind=ui.button).elements if one.text == "7d"]
        assert week.props["aria-pressed"] == "true"
    assert chosen == ["7d"]
