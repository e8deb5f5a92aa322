from typing import Any

import pytest

from gatepost.console.admin_api import Away, Invalid, Unknown
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.form import Field
from gatepost.console.view import View
from tests.unit.console.hands import click, problem, until, write
from tests.unit.console.shown import shown, ui, view_of

pytestmark = pytest.mark.anyio
NAME = Field("name", "Name", required=True)
PORT = Field("port", "Port", "number")
EXTRA = Field("extra", "Extra", "json")


def asks(answers: list[Any], doing: Any, view: View) -> Any:
    async def ask() -> None:
        answers.append(
            await ask_for(view, "New one", (NAME,), doing, yes="Make it", more=(PORT, EXTRA))
        )

    return lambda: ui.timer(0, ask, once=True)


async def test_what_is_wrong_is_told_at_the_field_and_the_dialog_stays_until_it_works() -> None:
    answers: list[Any] = []
    given: list[Any] = []

    async def doing(values: dict[str, Any]) -> str:
        given.append(values)
        if values["port"] == 1:
            raise Invalid("no", {"port": "too low", "name": "odd", "other": "hm"})
        return "made"

    async with shown(asks(answers, doing, view_of())) as user:
        await user.should_see("New one")
        await click(user, "Make it")
        await until(lambda: problem(user, "name") == "This is needed.")
        await write(user, "name", "orders")
        await write(user, "extra", "{")
        await click(user, "Make it")
        await until(lambda: problem(user, "extra").startswith("This is no JSON"))
        assert not given
        await write(user, "extra", "")
        await write(user, "port", 1)
        await click(user, "Make it")
        await until(lambda: problem(user, "port") == "too low")
        assert problem(user, "name") == "odd"
        await user.should_see("other: hm")
        assert user.client
        (more,) = [one for one in user.client.elements.values() if one.tag == "details"]
        assert more.props["open"] == "true", "what is wrong below is to be seen"
        await write(user, "port", 80)
        await click(user, "Make it")
        await until(lambda: answers == ["made"])
    assert given[-1] == {"name": "orders", "port": 80, "extra": None}


@pytest.mark.parametrize("trouble", [Away("Nobody is there."), Unknown("who?")])
async def test_what_fails_otherwise_leaves_the_dialog_open(trouble: Exception) -> None:
    answers: list[Any] = []
    view, expired = view_of(), list[int]()
    view.expired = lambda: expired.append(1)

    async def doing(_: dict[str, Any]) -> None:
        raise trouble

    async with shown(asks(answers, doing, view)) as user:
        await write(user, "name", "orders")
        await click(user, "Make it")
        if isinstance(trouble, Away):
            await user.should_see("Nobody is there.")
        else:
            await until(lambda: expired == [1])
        await user.should_see("New one")
        await click(user, "Cancel")
        await until(lambda: answers == [None])


async def test_what_is_drawn_below_the_fields_writes_into_them() -> None:
    sent: list[Any] = []

    async def send(values: dict[str, Any]) -> None:
        sent.append(values)

    async def ask() -> None:
        await ask_for(
            view_of(),
            "Take <it> away?",
            (NAME,),
            send,
            yes="Take it away",
            words="Words.",
            bad=True,
            extra=lambda form: form.set("name", "from a file"),
        )

    async with shown(lambda: ui.timer(0, ask, once=True)) as user:
        await user.should_see("Take <it> away?")
        await user.should_see("Words.")
        await click(user, "Take it away")
        await until(lambda: sent == [{"name": "from a file"}])
