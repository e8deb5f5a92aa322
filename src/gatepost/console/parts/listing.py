"""Lists of things as a table that is a table: rows, headings, links. On a narrow screen, cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import link, text

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. show: returns the text of a row, or draws it and returns None.

    target: where the text leads to. kind: CSS classes of the text.
    """

    title: str
    show: Callable[[Row], Any]
    target: Callable[[Row], str | None] | None = None
    kind: str = ""


def listing(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    actions: Callable[[Row], Any] | None = None,
) -> ui.element:
    """Show rows. title: what they are, for screen readers. actions: draws buttons of a row."""
    table = ui.element("table").classes("gp-table")
    with table:
        with ui.element("caption").classes("gp-hidden"):
            text(title)
        with ui.element("thead"), ui.element("tr"):
            for column in columns:
                with ui.element("th").props('scope="col"'):
                    text(column.title)
            if actions is not None:
                with ui.element("th").props('scope="col"'):
                    text("Actions", "hidden")
        with ui.element("tbody"):
            for one in rows:
                with ui.element("tr"):
                    for column in columns:
                        _cell(column, one)
                    if actions is not None:
                        with ui.element("td").classes("gp-cell-actions"):
                            actions(one)
    return table


def _cell(column: Column, one: Row) -> None:
    cell = ui.element("td")
    cell.props["data-title"] = column.title
    with cell:
        shown = column.show(one)
        if shown is None:
            return
        target = column.target(one) if column.target else None
        if target is not None:
            link(shown, target, column.kind)
        else:
            text(shown, column.kind)
