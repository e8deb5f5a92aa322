"""The order in which routes are tried: Kong's, as one total order over (route, path).

A route with several paths stands at several places. Places whose rank differs only by what a
look-up settles by itself (the length of a plain path) form a tier.

1 more of hosts, headers, paths, methods and snis set; equal: host > header > path > method > sni
2 plain hosts before wildcards   3 more headers   4 regex paths first, by regex_priority
5 the longer path   6 the older route   7 the id
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from gatepost.model import Route

_HOSTS, _HEADERS, _PATHS, _METHODS, _SNIS = 16, 8, 4, 2, 1
_HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Place:
    """One route under one of its paths; path is None for a route without, ``~`` marks a regex."""

    route: Route
    path: str | None

    @cached_property
    def regex(self) -> str | None:
        """The regular expression without its mark, anchored at the start of a path."""
        return self.path[1:] if self.path is not None and self.path.startswith("~") else None

    @cached_property
    def prefix(self) -> str | None:
        """The plain path."""
        return None if self.regex is not None else self.path

    @cached_property
    def tier(self) -> str:
        """Rank of the tier as text of a fixed width; smaller is tried earlier."""
        route = self.route
        bits = (
            (_HOSTS if route.hosts else 0)
            | (_HEADERS if route.headers else 0)
            | (_PATHS if route.paths else 0)
            | (_METHODS if route.methods else 0)
            | (_SNIS if route.snis else 0)
        )
        wild = int(any("*" in host for host in route.hosts))
        headers = 999 - min(len(route.headers), 999)
        regex = _HIGHEST - route.regex_priority if self.regex is not None else 0
        plain = int(self.regex is None)
        return f"{5 - bits.bit_count()}{31 - bits:02d}{wild}{headers:03d}{plain}{regex:010d}"

    @cached_property
    def rank(self) -> tuple[str, int, int, str, str]:
        """Where it stands in the whole; unique."""
        path = self.path or ""
        length = len(path.removeprefix("~"))
        return self.tier, -length, self.route.created_at, self.route.id, path


def places(routes: Iterable[Route]) -> list[Place]:
    """Return every (route, path), first tried first, whatever order the routes come in."""
    found = [Place(route, path) for route in routes for path in (route.paths or (None,))]
    return sorted(found, key=lambda place: place.rank)
