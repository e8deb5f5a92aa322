"""A form in a dialog: what is wrong is said at its fields, and nothing that was typed is lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from gatepost.console.parts.bits import prose, row
from gatepost.console.parts.buttons import action, primary
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.fields import Fields
from gatepost.console.parts.form import Field, Form
from gatepost.console.parts.sending import Sent, Values, taken
from gatepost.console.view import View

T = TypeVar("T")


async def ask_for(
    view: View,
    title: str,
    fields: Sequence[Field],
    send: Callable[[Values], Awaitable[T]],
    *,
    yes: str,
    words: str = "",
    values: Mapping[str, Any] | None = None,
    more: Sequence[Field] = (),
    more_title: str = "More",
    bad: bool = False,
    extra: Callable[[Form], Any] | None = None,
) -> T | None:
    """Ask for values until ``send`` takes them; return what it returned, None for cancelled.

    more: fields under a heading that opens. bad: it takes something away. extra: draws something
    below the fields, such as a place for a file.
    """
    with dialogue(title, typed=True) as dialog:
        if words:
            prose(words)
        form = Fields(fields, more, values, title=more_title)
        if extra is not None:
            _ = dialog.classes("gp-filling")
            extra(form.common)

        async def go() -> None:
            if not form.check():
                return
            sent = await taken(view, form, send(form.values()))
            if sent is not None:
                dialog.submit(sent)

        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(None))
            action(yes, go, bad=True) if bad else primary(yes, go)
    answer = await answer_of(dialog)
    return answer.value if isinstance(answer, Sent) else None
