"""Intervals that people know, to choose one from."""

from collections.abc import Awaitable, Callable
from typing import Any, final

from nicegui import ui

from gatepost.console.parts.plotting import SPANS, WORDS


@final
class Intervals:
    """Buttons for the intervals. interval: the one that is chosen. choose: awaited for another."""

    def __init__(self, interval: str, choose: Callable[[str], Awaitable[None]]) -> None:
        self.interval = interval
        self._choose = choose
        self._buttons: dict[str, ui.button] = {}
        with ui.element("div").classes("gp-intervals").props('role="group"') as group:
            group.props["aria-label"] = "Interval"
            for one in SPANS:
                button = ui.button(one, color=None, on_click=self._choice(one))
                button.props("flat dense no-caps").classes("gp-interval")
                button.props["aria-label"] = f"{one}, last {WORDS[one]}"
                self._buttons[one] = button
        self._mark()

    def _mark(self) -> None:
        for one, button in self._buttons.items():
            button.props["aria-pressed"] = "true" if one == self.interval else "false"
            button.update()

    def _choice(self, interval: str) -> Callable[[], Any]:
        async def choose() -> None:
            self.interval = interval
            self._mark()
            await self._choose(interval)

        return choose
