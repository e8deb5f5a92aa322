"""What a person does on a page of the console, in NiceGUI's simulation of a browser."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui

from tests.unit.console.shown import User

HOSTILE = "<script>alert(1)</script>\u202e\"'{{7*7}}"


async def write(user: User, field: str, value: Any) -> None:
    """Write into a field of the form that was opened last."""
    await until(lambda: bool(_fields(user, field)))
    _fields(user, field)[-1].set_value(value)


def _fields(user: User, field: str) -> list[Any]:
    assert user.client
    return [one for one in user.client.elements.values() if one.props.get("data-field") == field]


def problem(user: User, field: str) -> str:
    """Return what is said to be wrong at a field of the form that was opened last."""
    return str(_fields(user, field)[-1].props.get("error-message") or "")


async def click(user: User, words: str) -> None:
    """Click the button that says just this, the last of them, once it is there."""

    def there() -> list[Any]:
        assert user.client
        return [
            one
            for one in user.client.elements.values()
            if isinstance(one, ui.button) and words in (one.text, one.props.get("aria-label"))
        ]

    await until(lambda: bool(there()))
    chosen = user.find(kind=ui.button)
    chosen.elements = {there()[-1]}
    chosen.click()


async def until(what: Callable[[], bool], patience: float = 5.0) -> None:
    """Wait until something is so."""
    for _ in range(int(patience / 0.02)):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {patience:.0f} s")


def enabled(user: User, words: str) -> bool:
    """Say whether the button that says this can be clicked."""
    assert user.client
    (button,) = [
        one
        for one in user.client.elements.values()
        if isinstance(one, ui.button) and words in (one.text, one.props.get("aria-label"))
    ]
    return bool(button.enabled)
