"""What a person does on a page of the console, in NiceGUI's simulation of a browser."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui

from tests.unit.console.shown import User

HOSTILE = "<script>alert(1)</script>\u202e\"'{{7*7}}"


async def write(user: User, field: str, value: Any) -> None:
    """Write into a field of the form that was opened last, once it is there."""
    await until(lambda: bool(_fields(user, field)))
    with user.client:  # type: ignore[union-attr]
        _fields(user, field)[-1].set_value(value)


def field(user: User, name: str) -> Any:
    """Return the input of a field of the form that was opened last."""
    return _fields(user, name)[-1]


def problem(user: User, field: str) -> str:
    """Return what is said to be wrong at a field of the form that was opened last."""
    made = _fields(user, field)[-1]
    return str(made.props.get("error-message") or "") if made.props.get("error") else ""


def _fields(user: User, field: str) -> list[Any]:
    assert user.client
    return [one for one in user.client.elements.values() if one.props.get("data-field") == field]


def named(user: User, words: str) -> list[ui.button]:
    """Return the buttons that say just this, to eyes or to screen readers."""
    assert user.client
    return [
        one
        for one in user.client.elements.values()
        if isinstance(one, ui.button) and words in (one.text, one.props.get("aria-label"))
    ]


async def click(user: User, words: str) -> None:
    """Click the button that says just this, the last of them, once it is there."""
    await until(lambda: bool(named(user, words)))
    chosen = user.find(kind=ui.button)
    chosen.elements = {named(user, words)[-1]}
    chosen.click()


def enabled(user: User, words: str) -> bool:
    """Say whether the button that says this can be clicked."""
    (button,) = named(user, words)
    return bool(button.enabled)


def press_icon(user: User, words: str) -> None:
    """Click the button of a picture that is called just this."""
    (button,) = named(user, words)
    chosen = user.find(kind=ui.button)
    chosen.elements = {button}
    chosen.click()


def targets(user: User) -> set[str]:
    """Return where the links of the page lead to."""
    assert user.client
    elements = user.client.elements.values()
    return {str(one.props["href"]) for one in elements if one.props.get("href")}


async def until(what: Callable[[], Any], patience: float = 15.0) -> None:
    """Wait until something is so."""
    for _ in range(int(patience / 0.02)):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {patience:.0f} s")
