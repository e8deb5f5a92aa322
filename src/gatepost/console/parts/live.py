"""A part of a page that is fetched after the page is there, and again later.

What the Admin API does is slow, away or refused now and then. All of that is handled here, once:
while it loads there is a placeholder; when it fails, a sentence and a button; what was shown before
stays, and it is tried again by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar, final

from nicegui import background_tasks, ui

from gatepost.console.admin_api import Trouble, Unknown
from gatepost.console.parts.bits import prose, row
from gatepost.console.parts.buttons import action
from gatepost.console.view import View

T = TypeVar("T")

_AGAIN = (1.0, 2.0, 5.0)
"""Seconds after which it is tried again; the last of them from then on."""


@final
class Live(Generic[T]):
    """See ``live``. value: what was fetched last, None before the first time."""

    def __init__(
        self,
        view: View,
        fetch: Callable[[], Awaitable[T]],
        draw: Callable[[T], Any],
        every: float | None,
        lines: int,
    ) -> None:
        self.value: T | None = None
        self._view = view
        self._fetch = fetch
        self._draw = draw
        self._failures = 0
        self._busy = asyncio.Lock()
        self._place = ui.element("div").classes("gp-live")
        self._place.props["aria-busy"] = "true"
        with self._place:
            _placeholder(lines)
        self._waits = False
        ui.timer(0.0, self.refresh, once=True)
        if every is not None:
            ui.timer(every, self._tick, immediate=False)

    def redraw(self) -> None:
        """Draw what is there once more."""
        if self.value is not None:
            self._show(self.value)

    def soon(self) -> None:
        """Fetch it again, without waiting for it."""
        _ = background_tasks.create(self.refresh(), name="refresh a part of a page")

    async def _tick(self) -> None:
        if not self._busy.locked() and not self._failures:
            await self.refresh()

    async def refresh(self) -> None:
        """Fetch it, and draw it where it is another than before."""
        async with self._busy:
            try:
                value = await self._fetch()
            except Unknown:
                self._view.expired()
                return
            except Trouble as trouble:
                self._failed(trouble)
                return
            if self._place.is_deleted:
                return
            self._view.trouble(None)
            changed = self._failures > 0 or self.value is None or value != self.value
            self._failures = 0
            self.value = value
            if changed:
                self._show(value)

    def _show(self, value: T) -> None:
        self._place.clear()
        self._place.props["aria-busy"] = "false"
        with self._place:
            self._draw(value)

    def _failed(self, trouble: Trouble) -> None:
        if self._place.is_deleted:
            return
        self._failures += 1
        self._view.trouble(trouble)
        if not self._waits:
            self._waits = True
            wait = _AGAIN[min(self._failures, len(_AGAIN)) - 1]
            _ = background_tasks.create(self._later(wait), name="try again")
        if self.value is not None:
            return  # what was there stays; the page says that it is old
        if self._failures == 1:
            self._place.clear()
            self._place.props["aria-busy"] = "false"
            with self._place, ui.element("div").classes("gp-failed"):
                prose(trouble.message)
                with row():
                    action("Try again", self.refresh, icon="refresh")

    async def _later(self, wait: float) -> None:
        """Try again after so many seconds: once, however often somebody pressed a button, and
        whatever was drawn meanwhile.
        """
        await asyncio.sleep(wait)
        self._waits = False
        if self._failures and not self._place.is_deleted:
            with self._place:
                await self.refresh()


def live(
    view: View,
    fetch: Callable[[], Awaitable[T]],
    draw: Callable[[T], Any],
    *,
    every: float | None = None,
    lines: int = 4,
) -> Live[T]:
    """Make a part that ``fetch`` is awaited for and that ``draw`` puts on the page.

    every: seconds after which it is fetched again, None for only when told. lines: of the
    placeholder.
    """
    return Live(view, fetch, draw, every, lines)


def _placeholder(lines: int) -> None:
    with ui.element("div").classes("gp-skeleton"):
        for _ in range(lines):
            ui.element("span").props('aria-hidden="true"')
        hidden = ui.element("span").classes("gp-hidden").props('role="status"')
        with hidden:
            ui.label("Loading")
