from typing import Any

import pytest

from gatepost.console.policies.about_form import about_it
from gatepost.console.policies.editor import Tab
from tests.unit.console.policies.forms import editing
from tests.unit.console.shown import User, ui

pytestmark = pytest.mark.anyio

HOSTILE = "<b>\u202e\x1b[31m"


def field(user: User, name: str) -> Any:
    (made,) = [
        one for one in user.find(kind=ui.element).elements if one.props.get("data-field") == name
    ]
    return made


async def test_name_tags_and_protocols_are_written_beside_the_configuration() -> None:
    async with editing(Tab("About", about_it), issuer="x") as (user, editor, _):
        field(user, "instance_name").set_value(HOSTILE)
        field(user, "tags").set_value(["a", HOSTILE])
        field(user, "protocols").set_value(["https"])
        whole = editor.draft.whole()
        assert whole["instance_name"] == HOSTILE
        assert whole["tags"] == ["a", HOSTILE]
        assert whole["protocols"] == ["https"]
        field(user, "tags").set_value([])
        assert "tags" not in editor.draft.whole()


async def test_who_may_not_change_cannot_type() -> None:
    async with editing(Tab("About", about_it), role="viewer") as (user, _, _):
        assert not field(user, "instance_name").enabled
