import asyncio

import pytest

from gatepost.console.parts.undo import offer_undo
from tests.unit.console.shown import shown, view_of

pytestmark = pytest.mark.anyio


async def test_it_is_undone_and_told() -> None:
    undone = []

    async def back() -> None:
        undone.append(1)

    async with shown(lambda: offer_undo(view_of(), "Route deleted", back, "It is back")) as user:
        await user.should_see("Route deleted")
        user.find("Undo").click()
        await asyncio.sleep(0.1)
        await user.should_see("It is back")
        await user.should_not_see("Route deleted")
    assert undone == [1]
