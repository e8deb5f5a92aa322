"""A form in a dialog: asks for a few fields, does something with them, says what is wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, final

from nicegui import ui

from gatepost.console.admin_api import Invalid, Trouble, Unknown
from gatepost.console.parts.bits import prose, row, text
from gatepost.console.parts.buttons import action, primary
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.form import Field, Form
from gatepost.console.view import View, tell

T = TypeVar("T")


@final
class Fields:
    """A form whose less common fields are under a heading that opens. As ``Form`` otherwise."""

    def __init__(
        self,
        common: Sequence[Field],
        more: Sequence[Field] = (),
        values: Mapping[str, Any] | None = None,
        *,
        title: str = "More",
    ) -> None:
        self._forms = [Form(common, values)]
        self._names = {field.name for field in more}
        if more:
            self._details = ui.element("details").classes("gp-more")
            with self._details:
                with ui.element("summary"):
                    text(title)
                self._forms.append(Form(more, values))

    def values(self) -> dict[str, Any]:
        """Return what stands in each field. Raises Invalid for what is no JSON."""
        return {name: one for form in self._forms for name, one in form.values().items()}

    def changed(self) -> dict[str, Any]:
        """Return the fields that are other than they were. Raises Invalid."""
        return {name: one for form in self._forms for name, one in form.changed().items()}

    def check(self) -> bool:
        """Mark what is missing or no JSON; return whether all is well."""
        good = [form.check() for form in self._forms]
        self._open(not all(good[1:]))
        return all(good)

    def told(self, invalid: Invalid) -> None:
        """Show what the Admin API found wrong, each at its field."""
        problems = invalid.fields or {"@entity": invalid.message}
        later = {
            place: words for place, words in problems.items() if place.split(".")[0] in self._names
        }
        if len(self._forms) > 1:
            self._forms[1].show(later)
            self._open(bool(later))
        self._forms[0].show({p: words for p, words in problems.items() if p not in later})

    def clear(self) -> None:
        """Take away what was said to be wrong."""
        for form in self._forms:
            form.show({})

    def _open(self, wanted: bool) -> None:
        if wanted:
            self._details.props["open"] = "true"
            self._details.update()


async def ask_for(
    view: View,
    title: str,
    fields: Sequence[Field],
    doing: Callable[[dict[str, Any]], Awaitable[T]],
    *,
    yes: str,
    values: Mapping[str, Any] | None = None,
    more: Sequence[Field] = (),
    more_title: str = "More",
    words: str = "",
) -> T | None:
    """Ask for fields and do something with them; return what came of it, None for nothing.

    doing: gets the values; Invalid of it is told at the fields, and the dialog stays open.
    """
    with dialogue(title, typed=True) as dialog:
        if words:
            prose(words)
        form = Fields(fields, more, values, title=more_title)

        async def go() -> None:
            if not form.check():
                return
            try:
                outcome = await doing(form.values())
            except Invalid as invalid:
                form.told(invalid)
            except Unknown:
                view.expired()
            except Trouble as trouble:
                tell(trouble.message, bad=True)
            else:
                dialog.submit((outcome,))

        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(None))
            primary(yes, go)
    answer = await answer_of(dialog)
    return answer[0] if answer else None
