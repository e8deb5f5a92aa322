"""Buttons. Each has words that a screen reader says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from gatepost.console.view import View

Doing = Callable[[], Awaitable[Any] | Any]


def primary(words: str, doing: Doing, *, icon: str | None = None) -> ui.button:
    """The one button of a page or a form that does what it is for."""
    return _button(words, doing, icon).props("unelevated no-caps").classes("gp-button gp-primary")


def action(words: str, doing: Doing, *, icon: str | None = None, bad: bool = False) -> ui.button:
    """Another button. bad: it takes something away."""
    made = _button(words, doing, icon).props("outline no-caps").classes("gp-button")
    return made.classes("gp-bad") if bad else made


def icon_button(icon: str, words: str, doing: Doing) -> ui.button:
    """A button with a picture only; words: what it does."""
    made = _does(ui.button(icon=icon, color=None), doing)
    made.props("flat dense round").classes("gp-icon-button").props["aria-label"] = words
    with made:
        ui.tooltip(words)
    return made


def go_button(words: str, target: str, *, icon: str | None = None, main: bool = False) -> ui.button:
    """A button that opens another page of the console; it is a link."""
    made = ui.button(words, icon=icon, color=None).props("no-caps").classes("gp-button")
    made.props("unelevated").classes("gp-primary") if main else made.props("outline")
    made.props["href"] = target
    return made


def one_of(options: Sequence[str] | Mapping[str, str], chosen: str) -> ui.toggle:
    """Buttons of which one is chosen. options: what they say, or that by value."""
    given = dict(options) if isinstance(options, Mapping) else list(options)
    made = ui.toggle(given, value=chosen)
    return made.props("no-caps unelevated")


def only_for(view: View, role: str, button: ui.button) -> ui.button:
    """Switch a button off for whoever may not, and say which role may."""
    if not view.may(role):
        button.disable()
        with button:
            ui.tooltip(f"This takes the role {role}; you have {view.me.role}.")
    return button


def _button(words: str, doing: Doing, icon: str | None) -> ui.button:
    return _does(ui.button(words, icon=icon, color=None), doing)


def _does(made: ui.button, doing: Doing) -> ui.button:
    async def once() -> None:
        """Do it; a second click while it is under way does nothing.

        What is told meanwhile is told on the layout: the part of the page that has the button may
        be drawn anew before it is done.
        """
        if made.props.get("loading"):
            return
        made.props["loading"] = True
        made.update()
        try:
            with made.client.layout:
                outcome = doing()
                if isinstance(outcome, Awaitable):
                    await outcome
        finally:
            if not made.is_deleted:
                made.props.pop("loading", None)
                made.update()

    return made.on("click", once)
