"""The latest traces that fit, and those before them, as far as somebody has looked back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gatepost.console.admin_api import AdminApi, Invalid, Trouble

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
        found = await self._page({})
        if not self.paused or self._last is None:
            self._last = found
        return self._last

    async def more(self) -> None:
        """Load what is older, and stand still: who looks back does not want it to move."""
        last, was = self._last, self.paused
        if last is None or not last["next"]:
            return
        query = dict(parse_qsl(urlsplit(last["next"]).query))
        self.paused = True
        try:
            older = await self._page({"before": query.get("before", "")})
        except Trouble:
            self.paused = was
            raise
        if self._last is last:  # nobody has chosen something else meanwhile
            self._last = {**older, "data": [*last["data"], *older["data"]]}

    def choose(self, wanted: Mapping[str, str]) -> None:
        """Look for something else, from the newest on."""
        self.wanted, self.paused, self._last = dict(wanted), False, None

    async def _page(self, more: Mapping[str, str]) -> Found:
        wanted = dict(self.wanted)
        try:
            got = await self._api.get("/traces", size=_SIZE, **wanted, **more)
        except Invalid as invalid:  # a filter that cannot be: said where the rows would be
            found: Found = {"data": [], "next": None, "problem": invalid.message}
        else:
            await self._learn(got["data"])
            found = {"data": got["data"], "next": got.get("next")}
        return {**found, "names": dict(self.names), "wanted": wanted}

    async def _learn(self, rows: list[Found]) -> None:
        routes = {str(one["route"]) for one in rows if one.get("route")} - set(self.names)
        some = sorted(routes)[:_NAMES_AT_ONCE]
        names = await asyncio.gather(*(self._name(one) for one in some))
        self.names |= dict(zip(some, names, strict=True))
