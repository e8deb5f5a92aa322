import pytest

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.fields import Fields
from gatepost.console.parts.form import Field
from tests.unit.console.hands import problem, write
from tests.unit.console.shown import shown

pytestmark = pytest.mark.anyio
NAME = Field("name", "Name", required=True)
PORT = Field("port", "Port", "number")


async def test_both_parts_are_read_and_told_as_one_and_what_is_wrong_below_is_opened() -> None:
    made: list[Fields] = []

    def draw() -> None:
        made.append(Fields((NAME,), (PORT,), {"name": "a", "port": 80}, title="The rest"))

    async with shown(draw) as user:
        await user.should_see("The rest")
        (form,) = made
        assert form.values() == {"name": "a", "port": 80}
        assert form.changed() == {}
        await write(user, "port", 81)
        assert form.changed() == {"port": 81}
        form.told(Invalid("no", {"name": "odd"}))
        assert user.client
        (more,) = [one for one in user.client.elements.values() if one.tag == "details"]
        assert "open" not in more.props
        form.told(Invalid("no", {"port": "too low"}))
        assert more.props["open"] == "true"
        assert (problem(user, "name"), problem(user, "port")) == ("", "too low")
        form.clear()
        assert problem(user, "port") == ""
        await write(user, "name", "")
        assert not form.check()
