import pytest

from gatepost.console.parts.bits import text
from gatepost.console.parts.listing import Column, listing
from tests.unit.console.shown import shown, ui

pytestmark = pytest.mark.anyio


async def test_rows_have_their_columns_links_and_actions() -> None:
    columns = (
        Column("Name", lambda one: one["name"], lambda one: f"/x/{one['id']}"),
        Column("State", lambda one: text(one["state"]) and None),
    )
    rows = [{"id": 1, "name": "<i>a</i>", "state": "on"}, {"id": 2, "name": "b", "state": "off"}]
    async with shown(
        lambda: listing("Things", columns, rows, actions=lambda one: ui.button(f"do {one['id']}"))
    ) as user:
        for words in ("Things", "Name", "State", "Actions", "<i>a</i>", "on", "off", "do 2"):
            await user.should_see(words)
        (name,) = user.find("<i>a</i>").elements
        assert name.parent_slot.parent.props["href"] == "/x/1"
