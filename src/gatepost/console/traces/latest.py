"""The latest traces that fit, and those before them, as far as somebody has looked back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gatepost.console.admin_api import AdminApi, Invalid

_SIZE = 50
_NAMES_AT_ONCE = 25
"""Routes whose names are asked for at once; the others follow the next time."""

Found = dict[str, Any]


class Latest:
    """What a page shows. wanted: filters by name. name: returns what a route is called, by id."""

    def __init__(
        self,
        api: AdminApi,
        wanted: Mapping[str, str],
        name: Callable[[str], Awaitable[str]],
    ) -> None:
        self.wanted = dict(wanted)
        self.paused = False
        self.names: dict[str, str] = {}
        self._api = api
        self._name = name
        self._last: Found | None = None

    async def fetch(self) -> Found:
        """Return the newest; while it is paused, what was there."""
        if self.paused and self._last is not None:
            return self._last
        self._last = await self._page({})
        return self._last

    async def more(self) -> None:
        """Load what is older, and stand still: who looks back does not want it to move."""
        if self._last is None or not self._last["next"]:
            return
        query = dict(parse_qsl(urlsplit(self._last["next"]).query))
        older = await self._page({"before": query.get("before", "")})
        self.paused = True
        self._last = {**older, "data": [*self._last["data"], *older["data"]]}

    def choose(self, wanted: Mapping[str, str]) -> None:
        """Look for something else, from the newest on."""
        self.wanted, self.paused, self._last = dict(wanted), False, None

    async def _page(self, more: Mapping[str, str]) -> Found:
        try:
            got = await self._api.get("/traces", size=_SIZE, **self.wanted, **more)
        except Invalid as invalid:  # a filter that cannot be: said where the rows would be
            return {"data": [], "next": None, "problem": invalid.message, "names": {}}
        await self._learn(got["data"])
        return {"data": got["data"], "next": got.get("next"), "names": dict(self.names)}

    async def _learn(self, rows: list[Found]) -> None:
        routes = {str(one["route"]) for one in rows if one.get("route")} - set(self.names)
        some = sorted(routes)[:_NAMES_AT_ONCE]
        names = await asyncio.gather(*(self._name(one) for one in some))
        self.names |= dict(zip(some, names, strict=True))
