import pytest

from gatepost.console.parts import action
from gatepost.console.parts.shown_once import show_once
from tests.unit.console.shown import press, shown

pytestmark = pytest.mark.anyio


async def test_a_secret_is_shown_until_somebody_has_it() -> None:
    async def show() -> None:
        await show_once("The <key>", "Keep it.", "s3cret<b>")

    async with shown(lambda: action("Begin", show)) as user:
        press(user, "Begin")
        for words in ("The <key>", "Keep it.", "never again", "s3cret<b>"):
            await user.should_see(words)
        press(user, "I have copied it")
        await user.should_not_see("s3cret<b>")
