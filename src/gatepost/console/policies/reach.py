"""Which routes a policy decides for, and which nobody would decide for without it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.policies.saying import Policy

_SIZE = 100
_PAGES = 10


@dataclass(frozen=True, slots=True)
class Routes:
    """Some routes. total: how many there are, of which ``first`` are known."""

    first: tuple[Mapping[str, Any], ...]
    total: int

    @property
    def more(self) -> int:
        """How many are not known."""
        return self.total - len(self.first)


@dataclass(frozen=True, slots=True)
class Without:
    """What a policy's routes would be without it.

    alone: nothing of its kind would decide for them. covered: a wider one would. complete: every
    policy and route was looked at.
    """

    alone: tuple[Mapping[str, Any], ...]
    covered: tuple[Mapping[str, Any], ...]
    complete: bool


async def routes_of(api: AdminApi, policy: Policy) -> Routes:
    """Return the routes that a policy is tied to; all of them for one that applies everywhere."""
    if policy.get("route"):
        one = await api.get(of("routes", policy["route"]["id"]))
        return Routes((one,), 1)
    if policy.get("service"):
        path = of("services", policy["service"]["id"], "routes")
        got = await api.page(path, size=_SIZE)
        items = got.items
        if got.next is not None:
            items = await api.all(path)
        return Routes(tuple(items[:_SIZE]), len(items))
    got = await api.page("/routes", size=_SIZE)
    total = len(got.items)
    if got.next is not None:
        total = int((await api.get("/counts"))["routes"])
    return Routes(tuple(got.items), total)


async def without(api: AdminApi, policy: Policy) -> Without:
    """Return what becomes of the routes of a policy when it is taken away or switched off."""
    routes = await routes_of(api, policy)
    others, complete = await _of_its_kind(api, policy)
    alone, covered = sorted_out(policy, routes.first, others)
    return Without(tuple(alone), tuple(covered), complete and not routes.more)


async def _of_its_kind(api: AdminApi, policy: Policy) -> tuple[list[dict[str, Any]], bool]:
    found: list[dict[str, Any]] = []
    offset: str | None = None
    for _ in range(_PAGES):
        got = await api.page("/plugins", size=_SIZE, offset=offset)
        found += [
            one
            for one in got.items
            if one["name"] == policy["name"] and one["enabled"] and one["id"] != policy.get("id")
        ]
        offset = got.next
        if offset is None:
            return found, True
    return found, False


def sorted_out(
    policy: Policy, routes: Iterable[Mapping[str, Any]], others: Sequence[Policy]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return (alone, covered). others: enabled policies of the same plugin.

    As Kong has it, one plugin decides once for a request: that of the route before that of the
    service before that of everywhere.
    """
    theirs = [one for one in others if not one.get("consumer")]
    of_routes = {one["route"]["id"] for one in theirs if one.get("route")}
    of_services = {
        one["service"]["id"] for one in theirs if one.get("service") and not one.get("route")
    }
    everywhere = any(not one.get("route") and not one.get("service") for one in theirs)
    alone: list[Mapping[str, Any]] = []
    covered: list[Mapping[str, Any]] = []
    for route in routes:
        service = (route.get("service") or {}).get("id")
        narrower = route["id"] in of_routes
        if not policy.get("service") and not policy.get("route"):
            narrower = narrower or service in of_services
        if narrower:
            continue  # decided there already
        wider = everywhere or (bool(policy.get("route")) and service in of_services)
        (covered if wider else alone).append(route)
    return alone, covered


def name_of(entity: Mapping[str, Any]) -> str:
    """Return what a route or service is called: its name, else what it matches, else its id."""
    for field in ("name", "paths", "hosts"):
        value = entity.get(field)
        if value:
            return str(value) if isinstance(value, str) else ", ".join(str(v) for v in value[:3])
    return str(entity.get("id") or "")
