"""Numbers as bars beside their names: a table that is also a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from gatepost.console.parts.bits import link, text


@dataclass(frozen=True, slots=True)
class Bar:
    """One number. target: the page that its name leads to. tone: good, bad, warn or plain."""

    name: str
    number: float
    target: str | None = None
    tone: str = "plain"


def bars(title: str, named: str, numbers: Sequence[Bar], *, unit: str = "requests") -> None:
    """Show numbers. title: of the table, for screen readers; named: heading of their names."""
    most = max((one.number for one in numbers), default=0) or 1
    with ui.element("table").classes("gp-table gp-shares"):
        with ui.element("caption").classes("gp-hidden"):
            text(title)
        with ui.element("thead"), ui.element("tr"):
            for word in (named, unit.capitalize()):
                with ui.element("th").props('scope="col"'):
                    text(word)
        with ui.element("tbody"):
            for one in numbers:
                with ui.element("tr"):
                    _row(one, named, unit, one.number / most)


def _row(one: Bar, named: str, unit: str, share: float) -> None:
    name = ui.element("td")
    name.props["data-title"] = named
    with name:
        link(one.name, one.target) if one.target else text(one.name)
    cell = ui.element("td").classes("gp-share-cell")
    cell.props["data-title"] = unit.capitalize()
    with cell:
        bar = (
            ui.element("span").classes(f"gp-share gp-share-{one.tone}").props('aria-hidden="true"')
        )
        bar.style(f"width: {max(share * 60, 0.5):.1f}%")  # a number of ours
        text(f"{one.number:,.0f}", "number")
