"""A way back, offered for a while after something was done."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import text
from gatepost.console.view import View

SECONDS = 15.0


def offer_undo(view: View, words: str, undo: Callable[[], Awaitable[Any]], done: str) -> None:
    """Say what was done, with a button that undoes it. done: what is said after that.

    It lies on the layout, so that it outlives the part of the page that it came from.
    """
    with ui.context.client.layout:
        bar = ui.element("div").classes("gp-undo").props('role="status"')
    with bar:
        text(words)

        async def back() -> None:
            bar.set_visibility(False)
            await view.tried(undo(), done=done)
            if not bar.is_deleted:
                bar.delete()

        ui.button("Undo", on_click=back, color=None).props("flat no-caps dense").classes(
            "gp-undo-button"
        )
        ui.timer(SECONDS, bar.delete, once=True)
