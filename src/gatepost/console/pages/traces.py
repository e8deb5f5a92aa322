"""The latest decisions of all nodes, as they happen."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from gatepost.console.page import Page
from gatepost.console.pages.trace import name_of, where
from gatepost.console.parts import action, badge, empty, go_button, live, prose, row, text, toolbar
from gatepost.console.traces import Filters, Found, Latest, TraceRows
from gatepost.console.view import View

_EVERY = 2.0


class _Showing:
    """The page: filters above, rows, and what follows them."""

    def __init__(self, view: View) -> None:
        self._view = view
        wanted = Filters.read(view.params)
        self._latest = Latest(view.api, wanted, lambda ident: name_of(view, "routes", ident))
        with toolbar("Traces", "What became of the latest requests, at all nodes, and why."):
            self._state = badge("Live", "good")
            self._state.props["role"] = "status"
            self._pause = action("Pause", self._toggle, icon="pause")
        self._filters = Filters(view, wanted, self._chosen)
        self._rows = TraceRows(lambda kind, ident: where(view, kind, ident))
        self._part = live(view, self._latest.fetch, self._draw, every=_EVERY, lines=8)
        self._below = ui.element("div").classes("gp-traces-below")

    def _draw(self, found: Found) -> None:
        self._rows.show(found["data"], found["names"])
        self._below.clear()
        with self._below:
            if found.get("problem"):
                text(found["problem"], "problem", tag="p")
            if not found["data"]:
                _nothing(self._view, found["wanted"], self._filters.clear)
                return
            with row("gp-centre"):
                if found["next"]:
                    action("Show more", self._more, icon="expand_more")
                else:
                    text("That is all that is kept.", "quiet small")

    def _tell(self) -> None:
        paused = self._latest.paused
        self._state.set_text("Paused" if paused else "Live")
        self._state.classes(replace=f"gp-badge {'gp-warn' if paused else 'gp-good'}")
        self._pause.set_text("Go on" if paused else "Pause")
        self._pause.props(f"icon={'play_arrow' if paused else 'pause'}")

    async def _toggle(self) -> None:
        self._latest.paused = not self._latest.paused
        self._tell()
        await self._part.refresh()

    async def _chosen(self, wanted: Mapping[str, str]) -> None:
        self._latest.choose(wanted)
        ui.navigate.history.replace(self._view.href("/traces", **wanted))
        self._tell()
        await self._part.refresh()

    async def _more(self) -> None:
        await self._view.tried(self._latest.more())
        self._tell()
        await self._part.refresh()


async def build(view: View) -> None:
    """Put the page together."""
    _Showing(view)


def _nothing(view: View, wanted: Mapping[str, str], clear: Any) -> None:
    if wanted:
        with empty(
            "No request fits", "Nothing that is kept fits these filters.", icon="filter_alt"
        ):
            action("Clear the filters", clear, icon="filter_alt_off")
        return
    words = (
        "A trace tells what became of one request: whether it was let through or refused, by which "
        "rule, what the gateway asked the identity provider, and what the API was told. Send a "
        "request to a node of this control plane and it appears here a second or two later. Send "
        "the header Gatepost-Trace with a word of yours to find it again."
    )
    with empty("No request was seen yet", words, icon="timeline"):
        go_button("Try it", view.href("/try"), icon="send", main=True)
        prose("Nodes tell of a bounded number of requests a second, refused and marked ones first.")


PAGES = (Page("/traces", "Traces", build, icon="timeline", group="Look", order=10),)
