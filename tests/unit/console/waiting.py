"""Waiting for what a page does on its own, and finding its buttons by what they are called."""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.testing import User


async def until(what: Callable[[], Any], *, seconds: float = 5.0) -> None:
    """Wait until something is so."""
    for _ in range(int(seconds / 0.02)):
        if what():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


def named(user: User, words: str) -> list[ui.button]:
    """Return the buttons of a picture that are called just this."""
    buttons = user.find(kind=ui.button).elements
    return [one for one in buttons if one.props.get("aria-label") == words]


def press_icon(user: User, words: str) -> None:
    """Click the button of a picture that is called just this."""
    (button,) = named(user, words)
    chosen = user.find(kind=ui.button)
    chosen.elements = {button}
    chosen.click()


def field(user: User, name: str) -> Any:
    """Return the input of a form's field."""
    (found,) = [
        one
        for one in user.client.elements.values()  # type: ignore[union-attr]
        if one.props.get("data-field") == name
    ]
    return found


def write(user: User, name: str, value: Any) -> None:
    """Write into a form's field."""
    with user.client:  # type: ignore[union-attr]
        field(user, name).set_value(value)


def said(user: User, name: str) -> str:
    """Return what a form says is wrong with a field; empty for nothing."""
    made = field(user, name)
    return str(made.props.get("error-message", "")) if made.props.get("error") else ""


async def sees(user: User, words: str) -> None:
    """Wait until some words are on the page, also when a control plane has to be asked first."""
    await user.should_see(words, retries=50)


def targets(user: User) -> set[str]:
    """Return where the links of the page lead to."""
    elements = user.client.elements.values()  # type: ignore[union-attr]
    return {str(one.props["href"]) for one in elements if one.props.get("href")}
