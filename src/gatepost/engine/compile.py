"""From a Snapshot to the engine's tables: pure and deterministic.

The same content gives the same bytes, in whatever order it came. What a plan means is not known
here; a route whose plan nobody named is refused rather than left open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gatepost.engine.buckets import GENERIC, index, shards
from gatepost.engine.entries import Known, Stand, flags_of, key_of
from gatepost.engine.plan_spec import PlanSpec
from gatepost.engine.rank import Place
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
    known: Known | None = None,
) -> Compiled:
    """Compile tables and find every service its slot.

    plans: by route id; None is a route without policy. reveal resolves vault references. known:
    what compilations before made, so that one costs what changed; it changes no result. Raises
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
        Shape(identity.kind, identity.trust, flags_of(identity.kind, route))
        for route in snapshot.live_routes()
        if (identity := identities.get(route.service or "")) is not None
    }
    used = {plan for route in snapshot.live_routes() if (plan := _plan(route, plans)) is not None}
    guarded = any(plan.cookies for plan in used)
    slots = slots.including(identities.values(), shapes, guarded=guarded)
    tables = _tables(snapshot, plans, slots, identities, reveal, known or Known())
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
    known: Known,
) -> Tables:
    entries: dict[str, bytes] = {}

    def put(kind: str, body: bytes) -> str:
        key = key_of(kind, body)
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
    made = known.routes(
        ((route, _plan(route, plans)) for route in snapshot.live_routes()),
        shared,
        guarded=slots.guarded,
    )
    buckets: dict[str, list[tuple[Place, str]]] = {GENERIC: []}
    for stand in sorted((stand for one in made for stand in one.stands), key=Stand.rank):
        for bucket, key, body in stand.entries:
            entries[key] = body
            buckets.setdefault(bucket, []).append((stand.place, key))
    entries |= dict(one.plan_table for one in made if one.plan_table is not None)
    generic = put("i", index(buckets.pop(GENERIC)).encode())
    indexes = {host: put("i", index(found).encode()) for host, found in buckets.items()}
    shown, certificates = shown_certificates(snapshot, reveal)
    entries |= certificates
    root = {
        "generic": generic,
        "shards": [put("h", text.encode()) if text else "" for text in shards(indexes, SHARDS)],
        "scrub": sorted({name.lower() for one in made for name in one.identity_headers}),
        "certificates": put("h", _json(shown)),
        "layout": slots.layout,
    }
    routes = frozenset(route.id for route in snapshot.live_routes())
    ordered = {key: entries[key] for key in sorted(entries)}
    return Tables(ordered, _json(root), tuple(sorted(hosts)), routes)


def _plan(route: Route, plans: Mapping[str, PlanSpec | None]) -> PlanSpec | None:
    if route.id not in plans:
        raise Fault(
            "engine.plan_missing",
            "A route was compiled without saying under which plan it is.",
            by=By.OURS,
            cause=f"route {route.id}",
        )
    return plans[route.id]


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


_json = msgspec.json.Encoder(order="sorted").encode
