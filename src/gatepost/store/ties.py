"""Which routes could match one request equally well, so that their age decides.

The engine's order ends with ``created_at`` and the id (``engine/rank``). For nearly all routes it
never gets that far, and what a file says of their order changes nothing. Here "could tie" is
generous: two routes that can tie share a mark; two that share one need not be able to.
"""

from collections.abc import Collection, Iterable, Iterator

from gatepost.model import Route

Mark = tuple[object, ...]


def marks(route: Route) -> Iterator[Mark]:
    """Yield the marks of a route: what decides before its age, and one host, method and path."""
    wild = any("*" in host for host in route.hosts)
    rank = (
        bool(route.hosts),
        wild,
        bool(route.snis),
        bool(route.methods),
        len(route.headers),
    )
    for path in route.paths or (None,):
        # a plain path ties with itself alone; a regex with every regex of its priority
        regex = path is not None and path.startswith("~")
        about = ("~", route.regex_priority, len(path or "")) if regex else path
        for host in ("*",) if wild else route.hosts or (None,):
            for method in route.methods or (None,):
                yield (*rank, about, host, method)


def settled(routes: Iterable[Route]) -> bool:
    """Return whether all that could tie stand here in the order of their age."""
    latest: dict[Mark, tuple[int, str]] = {}
    for route in routes:
        age = (route.created_at, route.id)
        for mark in marks(route):
            if latest.setdefault(mark, age) > age:
                return False
            latest[mark] = age
    return True


def twins(routes: Iterable[Route]) -> set[str]:
    """Return the ids of routes that could tie with one of their own second: the id decides."""
    seen: dict[tuple[Mark, int], str] = {}
    found: set[str] = set()
    for route in routes:
        for mark in marks(route):
            other = seen.setdefault((mark, route.created_at), route.id)
            if other != route.id:
                found |= {other, route.id}
    return found


def aged(routes: Iterable[Route], fixed: Collection[str] = ()) -> list[Route]:
    """Return routes that stand in the order of a file so that their ages say the same.

    Each keeps its ``created_at``, unless one before it that it could tie with is younger: then it
    becomes a second younger than that one. fixed: ids of those that keep theirs whatever happens.
    """
    latest: dict[Mark, tuple[int, str]] = {}
    done: list[Route] = []
    for route in routes:
        own = tuple(marks(route))
        age = (route.created_at, route.id)
        before = max((latest[mark] for mark in own if mark in latest), default=age)
        if before > age and route.id not in fixed:
            age = (before[0] + (before[1] > route.id), route.id)
            route = route.model_copy(update={"created_at": age[0]})  # noqa: PLW2901
        for mark in own:
            latest[mark] = max(latest.get(mark, age), age)
        done.append(route)
    return done
