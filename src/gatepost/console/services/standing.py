"""A page about one thing that may be deleted on it: then the page says so, until it is back."""

from typing import final

from nicegui import ui

from gatepost.console.parts import go_button, heading, prose, row
from gatepost.console.view import View


@final
class Standing:
    """What stands on the page while the thing is there: what follows ``with`` it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._place = ui.element("div").classes("gp-standing")

    def __enter__(self) -> ui.element:
        return self._place.__enter__()

    def __exit__(self, *about: object) -> None:
        self._place.__exit__(*about)

    def gone(self, words: str, target: str, label: str) -> None:
        """Say instead that it is deleted, with a link to where one goes on."""
        self._place.clear()
        with self._place, ui.element("div").classes("gp-empty"):
            ui.icon("delete_outline").props('aria-hidden="true"')
            heading(words)
            prose("Where it can be put back, the offer at the bottom does it, for a moment.")
            with row("gp-centre"):
                go_button(label, self._view.href(target))

    def back(self) -> None:
        """Show the page again: it is there once more."""
        _ = ui.run_javascript("location.reload()")
