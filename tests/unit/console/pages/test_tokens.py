import time
from typing import Any

import msgspec
import pytest

from gatepost.console.pages.tokens import build
from tests.unit.console.hands import press_icon, problem, until, write
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio

NASTY = "<img src=x onerror=alert(1)>"


def token(ident: str, **fields: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"id": ident, "name": ident, "role": "operator", "plane": None, "created_at": now - 90}
    told |= {"expires_at": now + 86400 + 50, "last_used_at": None, "revoked_at": None}
    return {**told, **fields}


async def test_tokens_are_listed_with_what_became_of_them() -> None:
    async with admin_api() as (api, answers):
        some = [
            token(NASTY),
            token("old", expires_at=int(time.time()) - 3600),
            token("gone", revoked_at=int(time.time()) - 60, plane="p-12345678"),
        ]
        answers.say("/tokens", {"data": some, "next": None})
        async with opened(build, view_of(api)) as user:
            for words in (
                NASTY, "all of them", "in 1 d", "ended 1 h ago", "revoked 1 min ago", "p-123456",
                "never", "also makes and revokes tokens",
            ):  # fmt: skip
                await user.should_see(words)


async def test_a_token_is_made_and_shown_once() -> None:
    async with admin_api() as (api, answers):
        answers.say("/tokens", {"data": [], "next": None, "name": "ci", "token": "gpa_secret"})
        async with opened(build, view_of(api)) as user:
            await user.should_see("No token yet")
            press_first(user, "Make a token")
            await user.should_see("Make it")
            press(user, "Make it")
            await until(lambda: problem(user, "name") == "This is needed.")
            await write(user, "name", "ci")
            await write(user, "expires_in", 0)
            press(user, "Make it")
            await user.should_see("gpa_secret")
            press(user, "I have copied it")
            await user.should_not_see("gpa_secret")
        (sent,) = [body for body in answers.bodies if body]
        assert msgspec.json.decode(sent) == {"name": "ci", "role": "viewer"}


async def test_revoking_asks_and_warns_of_ones_own() -> None:
    async with admin_api() as (api, answers):
        answers.say("/tokens", {"data": [token("ann")], "next": None})
        answers.say("/tokens/ann", {})
        view = view_of(api)
        view.me = type(view.me)("ann", "admin", "token")
        async with opened(build, view) as user:
            await user.should_see("in 1 d")
            press_icon(user, "Revoke ann")
            await user.should_see("you would be signed out")
            press(user, "Revoke it")
            await user.should_see("ann is revoked.")
        assert ("DELETE", "/tokens/ann") in [(o.method, o.path) for o in answers.asked]


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_others_read_what_roles_may_and_nothing_is_asked(role: str) -> None:
    async with admin_api() as (api, answers), opened(build, view_of(api, role=role)) as user:
        await user.should_see(f"This takes the role admin; you have {role}.")
        await user.should_see("sees everything except secrets")
        assert answers.asked == []


async def test_a_refusal_is_said_in_words() -> None:
    async with admin_api() as (api, answers):
        answers.say("/tokens", {"message": "You need the role admin"}, 403)
        async with opened(build, view_of(api)) as user:
            await user.should_see("You need the role admin")


def press_first(user: Any, words: str) -> None:
    from nicegui import ui

    buttons = [one for one in user.find(kind=ui.button).elements if one.text == words]
    chosen = user.find(kind=ui.button)
    chosen.elements = {buttons[0]}
    chosen.click()
