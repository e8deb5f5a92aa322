"""A form that shows the common fields, and the others where somebody wants them."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.bits import text
from gatepost.console.parts.form import Field, Form


@final
class Fields:
    """A form whose less common fields are under a heading that opens. As ``Form`` otherwise.

    common: the form of those that are always seen.
    """

    def __init__(
        self,
        common: Sequence[Field],
        more: Sequence[Field] = (),
        values: Mapping[str, Any] | None = None,
        *,
        title: str = "More",
    ) -> None:
        self.common = Form(common, values)
        self._forms = [self.common]
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
