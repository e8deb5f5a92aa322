"""The table of traces: rows come and go one by one, so that whoever reads keeps their place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import badge, link, text
from gatepost.console.reasons import reason
from gatepost.console.telling import Told, found_in, read_told, spent

_TITLES = ("When", "Request", "Outcome", "Who", "Decision", "Took")
_FOUND = {
    "asked": ("asked", "plain"),
    "level1": ("remembered", "good"),
    "level2": ("remembered", "good"),
    "shared": ("asked together", "plain"),
    "none": ("no policy", "quiet"),
}
_OUTCOMES = {
    "forward": ("let through", "good"),
    "refused": ("refused", "bad"),
    "answered": ("answered", "plain"),
}


class TraceRows:
    """where: returns the address of a page, of kind and id."""

    def __init__(self, where: Callable[[str, str], str]) -> None:
        self._where = where
        self._rows: dict[str, tuple[ui.element, Any]] = {}
        self._table = ui.element("table").classes("gp-table gp-traces")
        self._table.set_visibility(False)
        with self._table:
            with ui.element("caption").classes("gp-hidden"):
                text("The latest requests, newest first")
            with ui.element("thead"), ui.element("tr"):
                for title in _TITLES:
                    with ui.element("th").props('scope="col"'):
                        text(title)
            self._body = ui.element("tbody")

    def show(self, traces: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
        """Show these, newest first; what is there and still the same stays as it is."""
        self._table.set_visibility(bool(traces))
        first = not self._rows
        wanted = {str(one.get("id")): one for one in traces}
        for ident in [one for one in self._rows if one not in wanted]:
            self._rows.pop(ident)[0].delete()
        for place, (ident, trace) in enumerate(wanted.items()):
            name = names.get(str(trace.get("route")), "")
            seen = self._rows.get(ident)
            if seen is None:
                with self._body:
                    line = ui.element("tr").classes("" if first else "gp-new")
            elif seen[1] != (trace, name):
                line = seen[0]
                line.clear()
            else:
                line = seen[0]
            if seen is None or seen[1] != (trace, name):
                self._rows[ident] = (line, (trace, name))
                with line:
                    self._draw(read_told(trace), name)
            if self._body.default_slot.children[place] is not line:
                line.move(target_index=place)

    def _draw(self, told: Told, route: str) -> None:
        drawn: tuple[Callable[[], Any], ...] = (
            lambda: text(_clock(told.at), "number"),
            lambda: self._request(told, route),
            lambda: _outcome(told),
            lambda: self._who(told),
            lambda: _decision(told),
            lambda: text("" if told.seconds is None else spent(told.seconds), "number"),
        )
        for title, draw in zip(_TITLES, drawn, strict=True):
            cell = ui.element("td")
            cell.props["data-title"] = title
            if title == "Who" and told.consumer is None:
                cell.classes("gp-nobody")
            with cell, ui.element("div").classes("gp-cell"):
                draw()

    def _request(self, told: Told, route: str) -> None:
        called = f"{told.method} {told.path}".strip() or told.id
        link(called, self._where("traces", told.id), "path")
        with ui.element("span"):
            text(f"{told.host} ", "quiet small")
            if told.route is not None:
                link(route or "route", self._where("routes", told.route.id), "small")

    def _who(self, told: Told) -> None:
        if told.consumer is None:
            text("\N{EN DASH}", "quiet")
        else:
            where = self._where("consumers", told.consumer.id)
            link(told.consumer.called, where, "clip")


def _outcome(told: Told) -> None:
    word, tone = _OUTCOMES.get(told.outcome, (told.outcome, "plain"))
    tone = "warn" if told.api_failed else tone
    status = "" if told.status is None else f"{told.status} "
    badge(f"{status}{word}", tone)
    if told.code:
        text(reason(told.code).happened, "quiet small")
    elif told.message and not told.forwarded:
        text(told.message, "quiet small")
    elif told.api_failed:
        text(f"The {told.status} is the API's own answer.", "quiet small")


def _decision(told: Told) -> None:
    word, tone = _FOUND.get(told.memory, (told.memory, "quiet"))
    with badge(word, tone):
        ui.tooltip(found_in(told.memory))


def _clock(at: float | None) -> str:
    """Return when it was: the time of day, with the date where that is another than today's."""
    if at is None:
        return ""
    when, today = datetime.fromtimestamp(at, UTC), datetime.now(UTC).date()
    return when.strftime("%H:%M:%S" if when.date() == today else "%Y-%m-%d %H:%M:%S")
