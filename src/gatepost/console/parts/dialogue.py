"""A dialog that lies on the page's layout, so that it outlives the part that opened it."""

import contextlib
from collections.abc import Iterator
from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import heading


@contextlib.contextmanager
def dialogue(
    title: str, *, wide: bool = False, typed: bool = False, lasting: bool = False
) -> Iterator[ui.dialog]:
    """Put what follows into a dialog.

    typed: a click beside it does not close it (Esc does). lasting: nor does Esc.
    """
    with ui.context.client.layout:
        made = ui.dialog()
    made.props["aria-label"] = title
    if lasting:
        made.props["persistent"] = True
    if typed:
        made.props["no-backdrop-dismiss"] = True
    with made, ui.card().classes("gp-dialog" + (" gp-wide" if wide else "")):
        heading(title, 2)
        yield made


async def answer_of(made: ui.dialog) -> Any:
    """Open a dialog and wait; return what it was submitted with, None when it was closed.

    It is gone already where the page was closed meanwhile.
    """
    answer = await made
    if not made.is_deleted:
        made.delete()
    return answer
