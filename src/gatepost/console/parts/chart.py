"""A chart of what nodes counted: stacked bars or lines, with an interval to choose and a table.

It is drawn as elements (SVG), so that no text of it is ever markup. What it shows is said in words
too: at the picture for screen readers, and as a table.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from nicegui import ui

from gatepost.console.parts.bits import heading, prose, row, text
from gatepost.console.parts.listing import Column, listing
from gatepost.console.parts.live import Live, live
from gatepost.console.parts.moments import duration
from gatepost.console.parts.plotting import SPANS, WORDS, Naming, Plot, bars, line, plot
from gatepost.console.view import View

_EVERY = 10.0
_TONES = {"2xx": "good", "3xx": "blue", "4xx": "warn", "5xx": "bad", "other": "quiet"}
_WHAT = {
    "requests": "requests",
    "consumers": "requests",
    "decisions": "decisions",
    "provider": "calls",
    "unmatched": "requests",
    "limited": "requests",
}


def joined(labels: Mapping[str, str]) -> str:
    """Return a line's labels as its name."""
    return ", ".join(one or "none" for one in labels.values()) or "all"


def number(value: float) -> str:
    """Return a count: ``950``, ``1,234``, ``12.3k``, ``4.5M``."""
    if value >= 1e6:
        return f"{value / 1e6:.1f}M"
    if value >= 1e4:
        return f"{value / 1e3:.1f}k"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@final
class Chart:
    """See ``chart``. interval: what is chosen. live: what fetches and draws it."""

    live: Live[tuple[str, Any]]

    def __init__(
        self,
        view: View,
        title: str,
        query: Mapping[str, Any],
        *,
        interval: str,
        measures: Sequence[str],
        naming: Naming,
        level: int,
    ) -> None:
        self.interval = interval
        self._view, self._title, self._query = view, title, dict(query)
        self._measures, self._naming = tuple(measures), naming
        self._table = False
        self._buttons: dict[str, ui.button] = {}
        with ui.element("section").classes("gp-card gp-chart") as card:
            card.props["aria-label"] = title
            with row("gp-chart-head"):
                heading(title, level)
                ui.element("div").classes("gp-grow")
                self._chooser()
            self.live = live(view, self._fetch, self._draw, every=_EVERY, lines=6)

    def _chooser(self) -> None:
        with ui.element("div").classes("gp-intervals").props('role="group"') as group:
            group.props["aria-label"] = "Interval"
            for one in SPANS:
                button = ui.button(one, color=None, on_click=self._choice(one))
                button.props("flat dense no-caps").classes("gp-interval")
                button.props["aria-label"] = f"Last {WORDS[one]}"
                self._buttons[one] = button
        self._mark()

    def _mark(self) -> None:
        for one, button in self._buttons.items():
            button.props["aria-pressed"] = "true" if one == self.interval else "false"
            button.update()

    def _choice(self, interval: str) -> Callable[[], Any]:
        async def choose() -> None:
            self.interval = interval
            self._mark()
            await self.live.refresh()

        return choose

    async def _fetch(self) -> tuple[str, Any]:
        interval = self.interval
        got = await self._view.api.get("/telemetry", interval=interval, **self._query)
        return interval, got

    def _draw(self, value: tuple[str, Any]) -> None:
        interval, answer = value
        shown = plot(answer, interval, naming=self._naming, measures=self._measures)
        if not shown.series:
            prose(f"Nothing was counted in the last {WORDS[interval]}.")
            return
        _legend(shown)
        _picture(shown, interval, self._about(shown, interval))
        with row():
            words = "Hide the table" if self._table else "As a table"
            ui.button(words, on_click=self._toggle, color=None).props("flat dense no-caps").classes(
                "gp-chart-more"
            )
        if self._table:
            _as_table(shown, self._title)

    def _toggle(self) -> None:
        self._table = not self._table
        self.live.redraw()

    def _about(self, shown: Plot, interval: str) -> str:
        what = _WHAT.get(str(self._query.get("what")), "seconds")
        parts = [f"{one.name}: {_value(shown, one.total)}" for one in shown.series]
        if not shown.stacked:
            return f"{self._title}, last {WORDS[interval]}. {'; '.join(parts)}."
        sums = [sum(one.values[i] or 0 for one in shown.series) for i in range(shown.count)]
        most = max(range(shown.count), key=sums.__getitem__)
        total = sum(one.total for one in shown.series)
        return (
            f"{self._title}, last {WORDS[interval]}: {total:,.0f} {what}. {'; '.join(parts)}. "
            f"Most: {sums[most]:,.0f}, {shown.when(most)}."
        )


def chart(
    view: View,
    title: str,
    *,
    what: str = "requests",
    by: str = "code",
    where: Mapping[str, str] | None = None,
    interval: str = "1h",
    measures: Sequence[str] = ("n",),
    naming: Naming = joined,
    level: int = 2,
) -> Chart:
    """Put a chart on the page, on a card of its own.

    what, by, where: as ``/telemetry`` takes them. measures: ``("n",)`` for counts, stacked;
    ``("p50", "p95", "p99")`` for latencies, as lines. naming: says what a line with these labels
    is called.
    """
    query = {"what": what, "by": by or None, **(where or {})}
    return Chart(
        view, title, query, interval=interval, measures=measures, naming=naming, level=level
    )


def _tone(shown: Plot, index: int) -> str:
    """Return the class of a series' colour: of an answer's kind its own, else one after another."""
    tone = _TONES.get(shown.series[index].name)
    return f"gp-tone-{tone}" if tone else f"gp-tone-{index % 7}"


def _value(shown: Plot, value: float) -> str:
    return number(value) if shown.stacked else duration(value)


def _legend(shown: Plot) -> None:
    with ui.element("ul").classes("gp-legend"):
        for index, one in enumerate(shown.series):
            with ui.element("li"):
                ui.element("span").classes(f"gp-swatch {_tone(shown, index)}").props(
                    'aria-hidden="true"'
                )
                text(one.name, "clip")
                text(_value(shown, one.total), "strong number")


def _picture(shown: Plot, interval: str, about: str) -> None:
    with ui.element("div").classes("gp-plot").props('role="img"') as plot_:
        plot_.props["aria-label"] = about
        with ui.element("div").classes("gp-scale"):
            for part in (1.0, 0.5, 0.0):
                text(_value(shown, shown.top * part), "quiet small number")
        with ui.element("svg").classes("gp-svg") as svg:
            svg.props["viewBox"] = f"0 0 {shown.count} 100"
            svg.props["preserveAspectRatio"] = "none"
            for height in (0, 50, 100):
                grid = ui.element("path").classes("gp-gridline")
                grid.props["d"] = f"M0 {height}H{shown.count}"
            for index in range(len(shown.series)):
                made = ui.element("path").classes(_tone(shown, index))
                made.classes("gp-bars" if shown.stacked else "gp-curve")
                made.props["d"] = (bars if shown.stacked else line)(shown, index)
            _hints(shown)
        with ui.element("div").classes("gp-times"):
            text(f"{_length(interval)} ago", "quiet small")
            text("now", "quiet small")


def _hints(shown: Plot) -> None:
    """What a pointer sees over a span: numbers in words."""
    for index in range(shown.count):
        if not shown.has(index):
            continue
        over = ui.element("rect").classes("gp-over")
        over.props["x"], over.props["y"] = str(index), "0"
        over.props["width"], over.props["height"] = "1", "100"
        parts = [
            f"{one.name}: {_value(shown, one.values[index] or 0)}"
            for one in shown.series
            if one.values[index]
        ]
        with over:
            text(f"{shown.when(index)}\n" + "\n".join(parts), tag="title")


def _length(interval: str) -> str:
    return "1 hour" if interval == "1h" else WORDS[interval]


def _as_table(shown: Plot, title: str) -> None:
    def value(index: int) -> Callable[[dict[str, Any]], str]:
        def cell(one: dict[str, Any]) -> str:
            found = shown.series[index].values[one["index"]]
            return "\N{EN DASH}" if found is None else _value(shown, found)

        return cell

    columns = [Column("When", lambda one: shown.when(one["index"]), kind="number")]
    columns += [
        Column(one.name, value(index), kind="number") for index, one in enumerate(shown.series)
    ]
    rows = [{"index": index} for index in reversed(range(shown.count)) if shown.has(index)]
    with ui.element("div").classes("gp-chart-table"):
        listing(title, columns, rows)
