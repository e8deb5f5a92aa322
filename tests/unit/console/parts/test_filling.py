from typing import Any

import pytest

from gatepost.console.admin_api import Changed, Denied, Invalid, Unknown
from gatepost.console.parts import Field, action
from gatepost.console.parts.filling import fill_in, given
from gatepost.console.view import View
from tests.unit.console.hands import problem, until, write
from tests.unit.console.shown import User, press, shown, view_of

pytestmark = pytest.mark.anyio

FIELDS = (Field("name", "Name", required=True),)


class Sender:
    """Takes values; raises what it is told to."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.raises: Exception | None = None
        self.came: list[Any] = []

    async def send(self, values: dict[str, Any]) -> str:
        self.sent.append(values)
        if self.raises is not None:
            raise self.raises
        return "made"

    async def ask(self, view: View) -> None:
        self.came.append(
            await fill_in(view, "Make <it>", FIELDS, self.send, yes="Make", words="Words.")
        )


async def begun(user: User) -> None:
    press(user, "Begin")
    await user.should_see("Make <it>")
    await user.should_see("Words.")


async def test_what_is_wrong_is_said_in_the_form_until_it_is_right() -> None:
    sender, view = Sender(), view_of()
    async with shown(lambda: action("Begin", lambda: sender.ask(view))) as user:
        await begun(user)
        press(user, "Make")
        await until(lambda: problem(user, "name") == "This is needed.")
        assert sender.sent == []
        await write(user, "name", "x")
        for trouble, words in (
            (Invalid("no", {"name": "taken"}), None),
            (Denied("You may not"), "You may not"),
            (Changed("moved"), "Somebody else has changed it"),
        ):
            sender.raises = trouble
            press(user, "Make")
            if words:
                await user.should_see(words)
            else:
                await until(lambda: problem(user, "name") == "taken")
        sender.raises = None
        press(user, "Make")
        await until(lambda: sender.came == ["made"])
        assert sender.sent[-1] == {"name": "x"}


async def test_cancelled_is_none_and_who_is_unknown_is_told_at_once() -> None:
    sender, view = Sender(), view_of()
    expired: list[bool] = []
    view.expired = lambda: expired.append(True)
    async with shown(lambda: action("Begin", lambda: sender.ask(view))) as user:
        await begun(user)
        await write(user, "name", "x")
        sender.raises = Unknown("who?")
        press(user, "Make")
        await until(lambda: expired == [True])
        press(user, "Cancel")
        await until(lambda: sender.came == [None])


def test_given_leaves_out_what_is_empty() -> None:
    values = {"a": None, "b": "", "c": [], "d": 0, "e": False}
    assert given(values) == {"d": 0, "e": False}
