"""From a Snapshot to the engine's tables: pure and deterministic.

The same content gives the same bytes, in whatever order it came. What a plan means is not known
here; a route whose plan nobody named is refused rather than left open.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gatepost.engine.buckets import GENERIC, buckets_of, index, shards
from gatepost.engine.plan_spec import PlanSpec
from gatepost.engine.rank import Place, places
from gatepost.engine.slots import PLAIN, Identity, Shape, Slots, slot_name
from gatepost.engine.tables import Tables
from gatepost.engine.tls import Reveal, plain, shown_certificates, trust_of
from gatepost.engine.upstreams import pool_of, tls_name, upstream_host
from gatepost.model import Route, Service, Snapshot
from gatepost.model.address import is_address
from gatepost.values import By, Fault

SHARDS = 64


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that a node needs: tables to push, slots to render, and files for the configuration.

    files: contents by name, for ``EngineSettings.tls_directory``; the keys among them are secret.
    """

    tables: Tables
    slots: Slots
    files: Mapping[str, bytes]


def compile_engine(
    snapshot: Snapshot,
    plans: Mapping[str, PlanSpec | None],
    slots: Slots,
    reveal: Reveal = plain,
) -> Compiled:
    """Compile tables and find every service its slot.

    plans: by route id; None is a route without policy. reveal resolves vault references. Raises
    Fault(by=OURS) ``engine.plan_missing`` when a route is not in plans.
    """
    files: dict[str, bytes] = {}
    identities: dict[str, Identity] = {}
    for service in snapshot.services:
        kind = service.protocol
        if kind in ("https", "grpcs"):
            trust, needed = trust_of(snapshot, service, reveal)
            files |= needed
            identities[service.id] = Identity(kind, tls_name(snapshot, service), trust)
    shapes = {
        Shape(identity.kind, identity.trust, _flags(identity.kind, route))
        for route in snapshot.live_routes()
        if (identity := identities.get(route.service or "")) is not None
    }
    guarded = any(plan.cookies for _, plan in _used(snapshot, plans))
    slots = slots.including(identities.values(), shapes, guarded=guarded)
    tables = _tables(snapshot, plans, slots, identities, reveal)
    return Compiled(tables, slots, dict(sorted(files.items())))


def compile_tables(
    snapshot: Snapshot,
    plans: Mapping[str, PlanSpec | None],
    slots: Slots,
    reveal: Reveal = plain,
) -> Tables:
    """Compile the tables alone; ``slots`` must already have room for every service."""
    return compile_engine(snapshot, plans, slots, reveal).tables


def _tables(
    snapshot: Snapshot,
    plans: Mapping[str, PlanSpec | None],
    slots: Slots,
    identities: Mapping[str, Identity],
    reveal: Reveal,
) -> Tables:
    entries: dict[str, bytes] = {}

    def put(kind: str, body: bytes) -> str:
        key = f"{kind}:{hashlib.sha256(body).hexdigest()[:32]}"
        entries[key] = body
        return key

    shared: dict[str, dict[str, Any]] = {}
    hosts: set[str] = set()
    for service in snapshot.services:
        if service.enabled:
            pool = pool_of(snapshot, service)
            hosts |= {peer.host for peer in pool.peers if not is_address(peer.host)}
            upstream = put("u", _json(pool.as_json()))
            shared[service.id] = _service(snapshot, service, upstream, slots, identities)
    buckets: dict[str, list[tuple[Place, str]]] = {GENERIC: []}
    for place in places(snapshot.live_routes()):
        route = place.route
        to = shared.get(route.service or "")
        entry = _entry(place, to, _plan(route, plans), guarded=slots.guarded)
        for bucket, check in buckets_of(place):
            body = _json({**entry, "hosts": list(check)} if check else entry)
            buckets.setdefault(bucket, []).append((place, put("r", body)))
    used = _used(snapshot, plans)
    for owner, plan in used:
        entries[f"p:{plan.id}"] = _json(_plan_table(owner, plan))
    generic = put("i", index(buckets.pop(GENERIC)).encode())
    indexes = {host: put("i", index(found).encode()) for host, found in buckets.items()}
    shown, certificates = shown_certificates(snapshot, reveal)
    entries |= certificates
    root = {
        "generic": generic,
        "shards": [put("h", text.encode()) if text else "" for text in shards(indexes, SHARDS)],
        "scrub": sorted({name for _, plan in used for name in _names(plan)}),
        "certificates": put("h", _json(shown)),
        "layout": slots.layout,
    }
    routes = frozenset(route.id for route in snapshot.live_routes())
    return Tables(dict(sorted(entries.items())), _json(root), tuple(sorted(hosts)), routes)


def _plan(route: Route, plans: Mapping[str, PlanSpec | None]) -> PlanSpec | None:
    if route.id not in plans:
        raise Fault(
            "engine.plan_missing",
            "A route was compiled without saying under which plan it is.",
            by=By.OURS,
            cause=f"route {route.id}",
        )
    return plans[route.id]


def _used(snapshot: Snapshot, plans: Mapping[str, PlanSpec | None]) -> list[tuple[Route, PlanSpec]]:
    found = ((route, _plan(route, plans)) for route in snapshot.live_routes())
    return [(route, plan) for route, plan in found if plan is not None]


def _names(plan: PlanSpec) -> list[str]:
    return [name.lower() for name in plan.identity_headers]


def _plan_table(route: Route, plan: PlanSpec) -> dict[str, Any]:
    found = {
        "id": plan.id,
        "attributes": list(plan.attributes),
        "remember": plan.remember,
        "patience": plan.patience,
        "route": route.id,
    }
    return found if plan.session_cookie is None else {**found, "session": plan.session_cookie}


def _service(
    snapshot: Snapshot,
    service: Service,
    upstream: str,
    slots: Slots,
    identities: Mapping[str, Identity],
) -> dict[str, Any]:
    identity = identities.get(service.id)
    found: dict[str, Any] = {
        "service": service.name or service.id,
        "base": service.path or "",
        "host": upstream_host(snapshot, service),
        "up": upstream,
        "scheme": service.protocol,
        "slot": slot_name(identity, slots) if identity else PLAIN[service.protocol],
        "connect": service.connect_timeout / 1000,
        "send": service.write_timeout / 1000,
        "read": service.read_timeout / 1000,
        "retries": service.retries,
        "family": family(service.protocol, identity),
    }
    if identity is not None:
        found["sni"] = identity.name
    return found


def family(protocol: str, identity: Identity | None) -> str:
    """Return the name of the locations that forward by this protocol and trust."""
    return protocol if identity is None else f"{protocol}-{identity.trust.name}"


def _entry(
    place: Place, service: dict[str, Any] | None, plan: PlanSpec | None, *, guarded: bool
) -> dict[str, Any]:
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
        flags = _flags(kind, route)
        found |= rest
        found["location"] = location(kind, flags)
        here = guarded and not found["location"]  # the plain location has the filter itself
        found["location_filter"] = "" if here else location(kind, flags + "f")
    return found


def _flags(kind: str, route: Route) -> str:
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
