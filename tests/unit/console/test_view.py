import pytest

from gatepost.console.admin_api import Denied, Unknown
from gatepost.console.view import Me
from tests.unit.console.shown import shown, view_of


def test_a_role_may_what_those_below_it_may() -> None:
    assert Me("a", "admin", "x").may("viewer")
    assert Me("a", "operator", "x").may("operator")
    assert not Me("a", "viewer", "x").may("operator")


def test_addresses_keep_the_control_plane() -> None:
    assert view_of().href("/routes") == "/routes"
    assert view_of(plane="11").href("/routes", q="a b") == "/routes?q=a+b&plane=11"


@pytest.mark.anyio
async def test_what_worked_is_told_and_what_did_not_in_its_own_words() -> None:
    view, told = view_of(), []
    view.expired = lambda: told.append("expired")

    async def good() -> int:
        return 1

    async def bad(error: Exception) -> None:
        raise error

    async def both() -> None:
        assert await view.tried(good(), done="Saved") == 1
        assert await view.tried(bad(Denied("You may not"))) is None
        assert await view.tried(bad(Unknown("who?"))) is None
        assert await view.did(good(), done="Gone") is True
        assert await view.did(bad(Denied("Nor this"))) is False

    from nicegui import ui

    async with shown(lambda: ui.timer(0, both, once=True)) as user:
        await user.should_see("Saved")
        for words in ("You may not", "Gone", "Nor this"):
            await user.should_see(words)
    assert told == ["expired"]
