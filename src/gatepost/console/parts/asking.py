"""Questions before something happens that breaks something: they name what."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from gatepost.console.parts.bits import prose, row, text
from gatepost.console.parts.buttons import action
from gatepost.console.parts.dialogue import answer_of, dialogue


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that goes or stops working. what: ``route``; name: of which one."""

    what: str
    name: str


_SHOWN = 12


async def confirm(
    title: str,
    words: str,
    *,
    yes: str,
    consequences: Sequence[Consequence] = (),
    type_this: str | None = None,
    bad: bool = True,
) -> bool:
    """Ask; return whether it shall be done.

    consequences: what goes with it. type_this: a word that has to be typed first, for what cannot
    be undone.
    """
    with dialogue(title) as dialog:
        prose(words)
        if consequences:
            _list(consequences)
        field = None
        if type_this is not None:
            field = ui.input(f"Type {type_this} to go on").props("outlined dense autofocus")
        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(False)).props(
                "autofocus" if field is None else ""
            )
            go = action(yes, lambda: dialog.submit(True), bad=bad)
        if field is not None:
            go.bind_enabled_from(field, "value", lambda typed: typed == type_this)
    return bool(await answer_of(dialog))


def _list(consequences: Sequence[Consequence]) -> None:
    with ui.element("ul").classes("gp-consequences"):
        for one in consequences[:_SHOWN]:
            with ui.element("li"):
                text(one.what, "quiet")
                text(one.name, "strong")
        more = len(consequences) - _SHOWN
        if more > 0:
            with ui.element("li"):
                text(f"and {more:,} more", "quiet")
