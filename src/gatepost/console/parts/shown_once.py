"""A secret that was just made: shown now, to be copied, and never again."""

from nicegui import ui

from gatepost.console.parts.bits import copied, heading, prose, row, text
from gatepost.console.parts.buttons import primary
from gatepost.console.parts.dialogue import answer_of


async def show_once(title: str, words: str, secret: str) -> None:
    """Show a secret until somebody says that they have it."""
    with ui.context.client.layout, ui.dialog().props("persistent") as dialog:
        dialog.props["aria-label"] = title
        with ui.card().classes("gp-dialog"):
            heading(title, 2)
            prose(words)
            with ui.element("div").classes("gp-once"):
                ui.icon("key").props('aria-hidden="true"')
                text("It is shown now and never again.")
            copied(secret, label="Copy it")
            with row("gp-end"):
                primary("I have copied it", lambda: dialog.submit(True))
    await answer_of(dialog)
