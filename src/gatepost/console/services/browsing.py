"""A list that may be long: a hundred at a time, with a box that searches all of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar, final

from nicegui import ui

from gatepost.console.admin_api import AdminApi
from gatepost.console.parts import action, live, prose, row, text
from gatepost.console.parts.listing import Row
from gatepost.console.parts.live import Live
from gatepost.console.view import View

T = TypeVar("T")

STEP = 100
"""Rows that are shown at a time."""
_AT_ONCE = 8
_FEW = 10


@final
class Browsing:
    """See ``browsing``. wanted: how many rows are shown; asked: what is searched for."""

    live: Live[dict[str, Any]]

    def __init__(
        self,
        view: View,
        kinds: Sequence[str],
        fetch: Callable[[int], Awaitable[tuple[list[Row], bool]]],
        hits: Callable[[list[Row]], Awaitable[list[Row]]],
        draw: Callable[[list[Row]], Any],
        nothing: Callable[[], Any],
        label: str,
    ) -> None:
        self.wanted = STEP
        self.asked = ""
        self._view, self._kinds = view, ",".join(kinds)
        self._fetch, self._hits, self._draw, self._nothing = fetch, hits, draw, nothing
        self._box = ui.input(label).props("dense outlined clearable debounce=300")
        self._box.classes("gp-filter").mark("filter")
        self._box.set_visibility(False)
        self._box.on_value_change(self._typed)
        self.live = live(view, self._rows, self._show, lines=6)

    async def _typed(self, event: Any) -> None:
        self.asked = str(event.value or "").strip()[:200]
        self.wanted = STEP
        await self.live.refresh()

    async def _rows(self) -> dict[str, Any]:
        asked = self.asked
        if not asked:
            rows, more = await self._fetch(self.wanted)
            return {"rows": rows, "more": more, "asked": "", "total": None}
        got = await self._view.api.get("/search", q=asked, kinds=self._kinds, size=self.wanted)
        rows = await self._hits(list(got["data"]))
        return {
            "rows": rows,
            "more": got["total"] > len(rows),
            "asked": asked,
            "total": got["total"],
        }

    def _show(self, got: dict[str, Any]) -> None:
        rows = got["rows"]
        self._box.set_visibility(bool(got["asked"]) or len(rows) > _FEW)
        if not rows:
            if got["asked"]:
                prose(f"Nothing here is called {got['asked']!r}.")
            else:
                self._nothing()
            return
        self._draw(rows)
        with row("gp-foot"):
            if got["total"] is not None:
                text(f"{len(rows):,} of {got['total']:,} found", "quiet small")
            if got["more"] and self.wanted < 1000:
                action("Show more", self._more, icon="expand_more")
            elif got["more"]:
                text("There are more; search for them.", "quiet small")

    async def _more(self) -> None:
        self.wanted += STEP
        await self.live.refresh()


def browsing(
    view: View,
    *,
    kinds: Sequence[str],
    fetch: Callable[[int], Awaitable[tuple[list[Row], bool]]],
    hits: Callable[[list[Row]], Awaitable[list[Row]]],
    draw: Callable[[list[Row]], Any],
    nothing: Callable[[], Any],
    label: str,
) -> Browsing:
    """Put a list on the page.

    fetch: returns the first so many rows, and whether there are more. hits: makes rows of what
    ``/search`` found of the kinds. nothing: draws what is said when there is none at all.
    """
    return Browsing(view, kinds, fetch, hits, draw, nothing, label)


async def first(api: AdminApi, path: str, wanted: int) -> tuple[list[Row], bool]:
    """Return the first so many of a collection, and whether there are more. Raises Trouble."""
    items: list[Row] = []
    offset: str | None = None
    while True:
        got = await api.page(path, size=STEP, offset=offset)
        items += got.items
        offset = got.next
        if offset is None or len(items) >= wanted:
            return items[:wanted], offset is not None or len(items) > wanted


async def each(
    doing: Callable[[str], Awaitable[T]], idents: Iterable[str], *, at_once: int = _AT_ONCE
) -> dict[str, T]:
    """Await something for each of some ids, a few at a time. Raises Trouble."""
    turn = asyncio.Semaphore(at_once)

    async def one(ident: str) -> tuple[str, T]:
        async with turn:
            return ident, await doing(ident)

    return dict(await asyncio.gather(*(one(ident) for ident in dict.fromkeys(idents))))
