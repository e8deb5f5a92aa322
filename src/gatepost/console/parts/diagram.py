"""A sequence diagram: who said what to whom, as an ordered list that is drawn with arrows.

On a narrow screen, and to who does not see it, it is the list: each line says whose it is.
"""

from nicegui import ui

from gatepost.console.parts.bits import text
from gatepost.console.parts.moments import duration
from gatepost.console.telling import Diagram, Line

_WIDE = 3
"""Participants from which on a note is as wide as two of them."""


def draw_diagram(shown: Diagram) -> ui.element:
    """Draw it."""
    places = {one.key: number for number, one in enumerate(shown.participants)}
    with ui.element("div").classes("gp-seq") as made:
        made.style(f"--gp-many: {len(places)}")  # a number of ours, never of what is shown
        with ui.element("div").classes("gp-seq-head").props('aria-hidden="true"'):
            for one in shown.participants:
                with ui.element("div").classes("gp-seq-who"):
                    text(one.name, "strong")
                    if one.about:
                        text(one.about, "quiet small")
        with ui.element("ol").classes("gp-seq-lines"):
            for line in shown.lines:
                with ui.element("li").classes(f"gp-seq-line gp-seq-{line.kind}"):
                    _line(shown, line, places)
    return made


def _line(shown: Diagram, line: Line, places: dict[str, int]) -> None:
    begin, end = columns(places[line.source], places[line.target], len(places))
    text("" if line.at is None else _moment(line.at), "seq-at quiet small number")
    with ui.element("div").classes("gp-seq-area"):
        back = places[line.target] < places[line.source]
        box = ui.element("div").classes(f"gp-seq-box gp-tone-{line.tone}")
        box.classes("gp-seq-back" if back else "")
        box.style(f"grid-column: {begin} / {end}")
        with box:
            text(shown.sentence(line), "seq-whose")
            text(line.words, "seq-words")
            if line.more:
                text(line.more, "seq-more quiet small")
            if line.took:
                text(f"took {line.took}", "seq-took quiet small")
        if line.kind != "note":
            arrow = ui.element("div").classes(f"gp-seq-arrow gp-tone-{line.tone}")
            arrow.classes("gp-seq-back" if back else "").props('aria-hidden="true"')
            arrow.style(f"grid-column: {begin} / {end}")


def columns(source: int, target: int, many: int) -> tuple[int, int]:
    """Return grid lines: from the middle of one participant to the middle of another.

    A note stands around the middle of its participant. Each participant has two columns.
    """
    if source != target:
        low, high = sorted((source, target))
        return 2 * low + 2, 2 * high + 2
    middle = 2 * source + 2
    reach = 2 if many >= _WIDE and 0 < source < many - 1 else 1
    return middle - reach, middle + reach


def _moment(milliseconds: float) -> str:
    return "0" if milliseconds <= 0 else f"+{duration(milliseconds / 1000)}"
