from typing import Any

import pytest

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.editing import edited
from gatepost.console.parts.form import Field
from gatepost.console.parts.saving import Held
from tests.unit.console.hands import click, problem, until, write
from tests.unit.console.shown import admin_api, shown, ui, view_of

pytestmark = pytest.mark.anyio
FIELDS = (Field("name", "Name", required=True),)
MORE = (Field("port", "Port", "number"),)


async def test_only_what_was_changed_is_sent_and_only_if_nobody_was_quicker() -> None:
    outcome: list[Any] = []
    async with admin_api() as (api, answers):
        held = Held(view_of(api), "/x/1", {"id": "1", "name": "a", "port": 80}, '"7"')

        def body(changed: Any) -> dict[str, Any]:
            if changed.get("name") == "odd":
                raise Invalid("no", {"name": "an odd name"})
            return dict(changed)

        async def ask() -> None:
            outcome.append(await edited(held, "Change it", FIELDS, more=MORE, body=body))

        async with shown(lambda: ui.timer(0, ask, once=True)) as user:
            await write(user, "name", "")
            await click(user, "Save")
            await until(lambda: problem(user, "name") == "This is needed.")
            await write(user, "name", "odd")
            await click(user, "Save")
            await until(lambda: problem(user, "name") == "an odd name")
            await write(user, "name", "a")
            await write(user, "port", -1)
            answers.say("/x/1", {"message": "no", "fields": {"port": "too low"}}, 400)
            await click(user, "Save")
            await until(lambda: problem(user, "port") == "too low")
            await write(user, "port", 81)
            answers.say("/x/1", {"id": "1", "name": "a", "port": 81})
            await click(user, "Save")
            await until(lambda: outcome == [True])
        assert answers.bodies[-1] == b'{"port":81}'
        assert answers.asked[-1].headers["If-Match"] == '"7"'


@pytest.mark.parametrize(("word", "answer"), [("Save", True), ("Cancel", False)])
async def test_nothing_changed_sends_nothing(word: str, answer: bool) -> None:
    outcome: list[Any] = []
    async with admin_api() as (api, answers):
        held = Held(view_of(api), "/x/1", {"id": "1"}, None)

        async def ask() -> None:
            outcome.append(await edited(held, "Change it", FIELDS, values={"name": "a"}))

        async with shown(lambda: ui.timer(0, ask, once=True)) as user:
            await click(user, word)
            await until(lambda: outcome == [answer])
        assert not answers.asked
