"""What the tables say of a route, made once for each route as it is.

Rules of the file: what is made depends on the route, what its service says, its plan, and whether
responses are guarded, and on nothing else; where these are the same, it is used again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gatepost.engine.buckets import buckets_of
from gatepost.engine.plan_spec import PlanSpec
from gatepost.engine.rank import Place, places
from gatepost.model import Route

Service = Mapping[str, Any]
"""What a route's entry says of its service."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A route at one of its places. entries: (bucket, key, body)."""

    place: Place
    entries: tuple[tuple[str, str, bytes], ...]

    def rank(self) -> tuple[str, int, int, str, str]:
        """Return where it stands among all."""
        return self.place.rank


@dataclass(frozen=True, slots=True)
class Made:
    """All that is said of a route, and what it was made of. plan_table: (key, body)."""

    route: Route
    service: Service | None
    plan: PlanSpec | None
    guarded: bool
    stands: tuple[Stand, ...]
    plan_table: tuple[str, bytes] | None

    @property
    def identity_headers(self) -> tuple[str, ...]:
        """What its plan may set."""
        return self.plan.identity_headers if self.plan is not None else ()


class Known:
    """What the last compilation made."""

    def __init__(self) -> None:
        self._services: Mapping[str, Service] = {}
        self._made: Mapping[str, Made] = {}

    def routes(
        self,
        routes: Iterable[tuple[Route, PlanSpec | None]],
        services: Mapping[str, Service],
        *,
        guarded: bool,
    ) -> list[Made]:
        """Return what is said of routes, each with its plan; services: by id."""
        self._services = {
            ident: before if (before := self._services.get(ident)) == now else now
            for ident, now in services.items()
        }
        made = [
            self._one(route, self._services.get(route.service or ""), plan, guarded)
            for route, plan in routes
        ]
        self._made = {one.route.id: one for one in made}
        return made

    def _one(
        self, route: Route, service: Service | None, plan: PlanSpec | None, guarded: bool
    ) -> Made:
        was = self._made.get(route.id)
        if (
            was is not None
            and was.route is route
            and was.service is service
            and was.plan is plan
            and was.guarded == guarded
        ):
            return was
        stands = tuple(
            Stand(place, tuple(_entries(place, entry_of(place, service, plan, guarded=guarded))))
            for place in places([route])
        )
        table = None if plan is None else (f"p:{plan.id}", _json(plan_table(route, plan)))
        return Made(route, service, plan, guarded, stands, table)


def key_of(kind: str, body: bytes) -> str:
    """Return the key of an entry: the same content is the same entry."""
    return f"{kind}:{hashlib.sha256(body).hexdigest()[:32]}"


def _entries(place: Place, entry: dict[str, Any]) -> Iterable[tuple[str, str, bytes]]:
    for bucket, check in buckets_of(place):
        body = _json({**entry, "hosts": list(check)} if check else entry)
        yield bucket, key_of("r", body), body


def plan_table(route: Route, plan: PlanSpec) -> dict[str, Any]:
    """Return what the engine is told of a plan; route: where the plan runs."""
    found = {
        "id": plan.id,
        "attributes": list(plan.attributes),
        "remember": plan.remember,
        "patience": plan.patience,
        "route": route.id,
    }
    return found if plan.session_cookie is None else {**found, "session": plan.session_cookie}


def entry_of(
    place: Place, service: Service | None, plan: PlanSpec | None, *, guarded: bool
) -> dict[str, Any]:
    """Return the entry of a route at one of its places."""
    route = place.route
    found: dict[str, Any] = {
        "id": route.id,
        "name": route.name,
        "protocols": list(route.protocols),
        "https_redirect": route.https_redirect_status_code,
        "strip": route.strip_path,
        "handling": route.path_handling,
        "preserve": route.preserve_host,
    }
    optional: dict[str, Any] = {
        "plan": plan.id if plan else None,
        "cookies": list(plan.cookies) if plan else None,
        "path": place.prefix,
        "regex": place.regex,
        "methods": list(route.methods),
        "headers": {name.lower(): _header(wanted) for name, wanted in route.headers.items()},
        "snis": list(route.snis),
    }
    found |= {name: value for name, value in optional.items() if value}
    if service is not None:
        rest = dict(service)
        kind = rest.pop("family")
        flags = flags_of(kind, route)
        found |= rest
        found["location"] = location(kind, flags)
        here = guarded and not found["location"]  # the plain location has the filter itself
        found["location_filter"] = "" if here else location(kind, flags + "f")
    return found


def flags_of(kind: str, route: Route) -> str:
    """Return "u" for an unbuffered request, "s" for a streamed answer. gRPC always streams."""
    if kind.startswith("grpc"):
        return ""
    return ("" if route.request_buffering else "u") + ("" if route.response_buffering else "s")


def location(kind: str, flags: str) -> str:
    """Return the name of the location for a family and its flags ("f": edits of the answer).

    Empty for the plain case, which needs no jump.
    """
    if kind == "http" and not flags:
        return ""
    return f"@{kind}-{flags}" if flags else f"@{kind}"


def _header(wanted: tuple[str, ...]) -> dict[str, Any]:
    if len(wanted) == 1 and wanted[0].startswith("~*"):
        return {"regex": wanted[0][2:]}
    return {"values": sorted({value.lower() for value in wanted})}


_json = msgspec.json.Encoder(order="sorted").encode
