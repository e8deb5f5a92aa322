"""A form in a dialog: what is wrong is said at its fields, and nothing that was typed is lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nicegui import ui

from gatepost.console.admin_api import Changed, Invalid, Trouble, Unknown
from gatepost.console.parts.bits import heading, prose, row
from gatepost.console.parts.buttons import action, primary
from gatepost.console.parts.dialogue import answer_of
from gatepost.console.parts.form import Field, Form
from gatepost.console.view import View

T = TypeVar("T")

Values = dict[str, Any]


async def fill_in(
    view: View,
    title: str,
    fields: Sequence[Field],
    send: Callable[[Values], Awaitable[T]],
    *,
    yes: str,
    words: str = "",
    values: Mapping[str, Any] | None = None,
    bad: bool = False,
    extra: Callable[[Form], Any] | None = None,
) -> T | None:
    """Ask for values until ``send`` takes them; return what it returned, None for cancelled.

    extra: draws something below the fields, such as a place for a file.
    """
    with ui.context.client.layout, ui.dialog().props("persistent") as dialog:
        dialog.props["aria-label"] = title
        with ui.card().classes("gp-dialog gp-filling"):
            heading(title, 2)
            if words:
                prose(words)
            form = Form(fields, values)
            if extra is not None:
                extra(form)

            async def go() -> None:
                if not form.check():
                    return
                sent = await taken(view, form, send(form.values()))
                if sent is not None:
                    dialog.submit(sent)

            with row("gp-end"):
                action("Cancel", lambda: dialog.submit(None))
                action(yes, go, bad=True) if bad else primary(yes, go)
    _ = dialog.on("keydown.esc", lambda: dialog.submit(None))
    answer = await answer_of(dialog)
    return answer.value if isinstance(answer, Sent) else None


@dataclass(frozen=True, slots=True)
class Sent(Generic[T]):
    """What came back; None is an answer too."""

    value: T


async def taken(view: View, form: Form, sending: Awaitable[T]) -> Sent[T] | None:
    """Await what sends a form; None where it was refused, which is said in the form."""
    try:
        return Sent(await sending)
    except Invalid as invalid:
        form.told(invalid)
    except Unknown:
        view.expired()
    except Changed:
        form.show({"@": "Somebody else has changed it since you opened it. Load it anew."})
    except Trouble as trouble:
        form.show({"@": trouble.message})
    return None


def given(values: Mapping[str, Any]) -> Values:
    """Return the fields in which something stands."""
    return {name: one for name, one in values.items() if one not in (None, "", [])}
