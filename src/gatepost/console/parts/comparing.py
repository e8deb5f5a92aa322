"""Two states of a thing beside each other, field by field."""

from nicegui import ui

from gatepost.console.differences import Difference
from gatepost.console.parts.bits import text

_NOTHING = "\N{EN DASH}"


def compared(title: str, found: list[Difference]) -> None:
    """Show differences as a table. title: for screen readers."""
    with ui.element("table").classes("gp-table gp-compared"):
        with ui.element("caption").classes("gp-hidden"):
            text(title)
        with ui.element("thead"), ui.element("tr"):
            for word in ("Field", "Before", "After"):
                with ui.element("th").props('scope="col"'):
                    text(word)
        with ui.element("tbody"):
            for one in found:
                with ui.element("tr"):
                    _cell("Field", one.field, "mono")
                    _cell("Before", one.before, "mono pre was")
                    _cell("After", one.after, "mono pre is")


def _cell(title: str, words: str | None, kind: str) -> None:
    cell = ui.element("td")
    cell.props["data-title"] = title
    with cell:
        text(_NOTHING if words is None else words, "quiet" if words is None else kind)
