from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gatepost.console.policies.reach import Without
from gatepost.console.policies.removal import consequence_words, remove, switch
from gatepost.console.view import View
from tests.unit.console.hands import until
from tests.unit.console.shown import Answers, User, admin_api, press, shown, ui, view_of

pytestmark = pytest.mark.anyio

ROUTE = {"id": "r1", "name": "<script>open"}


def policy(**more: Any) -> dict[str, Any]:
    return {"id": "p1", "name": "openid-connect", "enabled": True, "config": {}, **more}


def plane(answers: Answers, one: dict[str, Any]) -> None:
    answers.say("/routes", {"data": [ROUTE]})
    answers.say("/plugins", {"data": [one]})
    answers.say("/plugins/p1", one)


def sent(answers: Answers, method: str) -> list[bytes]:
    return [
        body
        for request, body in zip(answers.asked, answers.bodies, strict=True)
        if request.method == method
    ]


def button(view: View, doing: Callable[[], Awaitable[Any]]) -> None:
    ui.button("Go", on_click=doing)


async def test_deleting_names_what_is_open_then_and_can_be_undone() -> None:
    one = policy(created_at=1)
    again: list[int] = []
    async with admin_api() as (api, answers):
        plane(answers, one)
        view = view_of(api)
        async with shown(
            lambda: button(view, lambda: remove(view, one, again=lambda: again.append(1)))
        ) as user:
            press(user, "Go")
            await user.should_see("Nobody checks callers any more on 1 route")
            await user.should_see("<script>open")
            press(user, "Delete")
            await until(lambda: sent(answers, "DELETE"))
            await user.should_see("openid-connect is deleted.")
            press(user, "Undo")
            await until(lambda: again)
            (back,) = sent(answers, "PUT")
            assert b"created_at" not in back


async def test_what_had_hidden_secrets_cannot_come_back() -> None:
    one = policy(config={"client_secret": ["{masked}"]})
    async with admin_api() as (api, answers):
        plane(answers, one)
        view = view_of(api)
        async with shown(
            lambda: button(view, lambda: remove(view, one, again=lambda: None))
        ) as user:
            press(user, "Go")
            await user.should_see("Its secrets cannot be brought back.")
            press(user, "Delete")
            await until(lambda: sent(answers, "DELETE"))
            await user.should_not_see("Undo")


async def test_switching_on_asks_nothing() -> None:
    one = policy(enabled=False)
    async with admin_api() as (api, answers):
        plane(answers, one)
        view = view_of(api)
        async with shown(
            lambda: button(view, lambda: switch(view, one, on=True, again=lambda: None))
        ) as user:
            press(user, "Go")
            await until(lambda: sent(answers, "PATCH"))
            assert sent(answers, "PATCH") == [b'{"enabled":true}']


async def _cancelled(user: User) -> None:
    await user.should_see("could not be looked up")
    press(user, "Cancel")


async def test_what_cannot_be_looked_up_is_said_and_cancelling_leaves_all() -> None:
    async with admin_api() as (api, answers):
        view = view_of(api)
        async with shown(
            lambda: button(view, lambda: switch(view, policy(), on=False, again=lambda: None))
        ) as user:
            press(user, "Go")
            await _cancelled(user)
            assert not sent(answers, "PATCH")


def test_consequences_in_words() -> None:
    one = ({"id": "r"},)
    assert consequence_words(policy(enabled=False), None).startswith("It is off already")
    assert "this consumer" in consequence_words(policy(consumer={"id": "c"}), None)
    assert consequence_words(policy(), Without((), (), True)) == "No route is reached by it now."
    told = consequence_words(policy(), Without(one, one * 2, False))
    assert "at least 1 route unless another plugin does" in told
    assert "On at least 2 routes a wider policy" in told
    other = consequence_words(policy(name="cors"), Without(one, (), True))
    assert other == "It no longer applies on 1 route."
