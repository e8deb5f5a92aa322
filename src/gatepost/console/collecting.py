"""The beginning of a collection, and a button that shows more of it: lists may be very long."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gatepost.console.admin_api import AdminApi, Page
from gatepost.console.parts import action, row, text
from gatepost.console.parts.live import Live

STEP = 100
_MOST_AT_ONCE = 1000


@dataclass(slots=True)
class Beginning:
    """So many of a collection, from its first one on. query: filters, which may change."""

    path: str
    count: int = STEP
    query: dict[str, Any] = field(default_factory=dict)

    async def fetch(self, api: AdminApi) -> Page:
        """Return that many, and whether there are more. Raises Trouble."""
        items: list[dict[str, Any]] = []
        offset: str | None = None
        while len(items) < self.count:
            size = min(self.count - len(items), _MOST_AT_ONCE)
            got = await api.page(self.path, size=size, offset=offset, **self.query)
            items += got.items
            offset = got.next
            if offset is None:
                break
        return Page(items, offset)

    def again(self) -> None:
        """Begin at the first ones: what is wanted is another now."""
        self.count = STEP

    def more(self, page: Page, part: Callable[[], Live[Any]]) -> None:
        """Put the button below a list that goes on. part: what is fetched again then."""
        if page.next is None:
            return

        async def go_on() -> None:
            self.count += STEP
            await part().refresh()

        with row("gp-centre"):
            text(f"The first {len(page.items):,} are shown.", "quiet")
            action("Show more", go_on, icon="expand_more")
