import pytest

from gatepost.console.differences import Difference
from gatepost.console.parts.comparing import compared
from tests.unit.console.shown import shown


@pytest.mark.anyio
async def test_both_sides_are_told_as_text() -> None:
    found = [Difference("name", "<b>old</b>", "new\u202e"), Difference("tags", None, "x" * 5000)]
    async with shown(lambda: compared("What is other", found)) as user:
        for words in ("Field", "Before", "After", "<b>old</b>", "new\u202e", "5,000 characters"):
            await user.should_see(words)
