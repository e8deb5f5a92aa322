from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi, Gone, Invalid
from gatepost.console.parts.saving import Held, loaded
from tests.unit.console.hands import click, until
from tests.unit.console.shown import admin_api, shown, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


class Told:
    def __init__(self) -> None:
        self.invalid: list[Invalid] = []

    def told(self, invalid: Invalid) -> None:
        self.invalid.append(invalid)


def saving(held: Held, outcome: list[bool], changes: dict[str, Any], form: Any = None) -> Any:
    async def save() -> None:
        outcome.append(await held.save(changes, form))

    return lambda: ui.timer(0, save, once=True)


async def test_what_was_saved_can_be_saved_again_and_what_is_wrong_is_told(api: AdminApi) -> None:
    made = await api.post("/services", {"name": "a", "url": "http://a"})
    held = await loaded(view_of(api), f"/services/{made['id']}")
    assert held.id == made["id"]
    outcome: list[bool] = []
    for retries in (1, 2):
        async with shown(saving(held, outcome, {"retries": retries})) as user:
            await user.should_see("Saved.")
        assert held.value["retries"] == retries
    form = Told()
    async with shown(saving(held, outcome, {"retries": -1}, form)):
        await until(lambda: len(outcome) == 3)
    assert outcome == [True, True, False]
    assert "retries" in form.invalid[0].fields
    async with shown(saving(held, outcome, {"retries": -1})) as user:
        await user.should_see("between 0 and 32767")


@pytest.mark.parametrize("word", ["Overwrite", "Cancel", "Load anew"])
async def test_who_was_quicker_is_named_and_one_may_overwrite(api: AdminApi, word: str) -> None:
    made = await api.post("/services", {"name": "a", "url": "http://a"})
    held = await loaded(view_of(api), f"/services/{made['id']}")
    await api.patch(f"/services/{made['id']}", {"retries": 9, "tags": ["theirs"]})
    outcome: list[bool] = []
    async with shown(saving(held, outcome, {"retries": 3})) as user:
        await user.should_see("Somebody changed this meanwhile")
        await user.should_see("loopback did, just now.")
        await click(user, word)
        await until(lambda: outcome == [word == "Overwrite"])
    now = await api.get(f"/services/{made['id']}")
    assert now["retries"] == (3 if word == "Overwrite" else 9)
    assert now["tags"] == ["theirs"], "what was not changed here stays"
    assert (await held.again())["tags"] == ["theirs"]


async def test_somebody_who_may_not_read_the_audit_log_is_asked_all_the_same() -> None:
    async with admin_api() as (api, answers):
        answers.say("/x/1", {"message": "changed"}, 412)
        answers.say("/audit", {"message": "no"}, 403)
        outcome: list[bool] = []
        held = Held(view_of(api), "/x/1", {"id": "1"}, '"1"')
        async with shown(saving(held, outcome, {})) as user:
            await user.should_see("It is not as you loaded it.")
            await click(user, "Cancel")
            await until(lambda: outcome == [False])


@pytest.mark.parametrize("status", [401, 404, 503])
async def test_what_fails_otherwise_is_told(status: int) -> None:
    async with admin_api() as (api, answers):
        view, expired = view_of(api), list[int]()
        view.expired = lambda: expired.append(1)
        answers.say("/x/1", {"message": "It went wrong."}, status)
        outcome: list[bool] = []
        async with shown(saving(Held(view, "/x/1", {"id": "1"}, None), outcome, {})) as user:
            await until(lambda: outcome == [False])
            if status == 401:
                assert expired == [1]
            else:
                await user.should_see("It went wrong.")
        with pytest.raises(Gone):
            await loaded(view_of(api), "/none")
