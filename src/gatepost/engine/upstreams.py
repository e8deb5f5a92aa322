"""Who answers for a service: peers with weights, the order of their turns, the Host they are sent.

A peer's host is a name or an address; names are resolved by the node and pushed on their own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gatepost.model import Service, Snapshot, Upstream
from gatepost.model.address import is_address

_LONGEST_ROUND = 2048
_PORTS = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443}


@dataclass(frozen=True, slots=True)
class Peer:
    """One address to send to. host: a name or an IP address (IPv6 in brackets)."""

    host: str
    port: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """The peers of a service and the order of their turns (indexes into peers)."""

    peers: tuple[Peer, ...]
    turns: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """Return the pool as the engine reads it."""
        return {
            "peers": [[peer.host, peer.port] for peer in self.peers],
            "turns": list(self.turns),
        }


def pool_of(snapshot: Snapshot, service: Service) -> Pool:
    """Return the peers of a service: an upstream's targets, or the host itself."""
    upstream = snapshot.upstream_of(service)
    if upstream is None:
        return Pool((Peer(service.host, service.port),), (0,))
    weights: dict[tuple[str, int], int] = {}
    for target in snapshot.targets_of(upstream):
        key = (target.host, target.port)
        weights[key] = weights.get(key, 0) + target.weight
    peers = tuple(Peer(*key, weight) for key, weight in sorted(weights.items()) if weight)
    return Pool(peers, turns([peer.weight for peer in peers]))


def turns(weights: Sequence[int]) -> tuple[int, ...]:
    """Return one round of smooth weighted round-robin: who is next, spread as evenly as can be.

    Exact for weights whose round is short; longer rounds are scaled down, and everyone keeps at
    least one turn.
    """
    if not weights:
        return ()
    divisor = math.gcd(*weights)
    scaled = [weight // divisor for weight in weights]
    total = sum(scaled)
    if total > _LONGEST_ROUND:
        scaled = [max(1, round(weight * _LONGEST_ROUND / total)) for weight in scaled]
        total = sum(scaled)
    credit = [0] * len(scaled)
    order = []
    for _ in range(total):
        credit = [have + weight for have, weight in zip(credit, scaled, strict=True)]
        winner = max(range(len(credit)), key=lambda index: (credit[index], -index))
        credit[winner] -= total
        order.append(winner)
    return tuple(order)


def upstream_host(snapshot: Snapshot, service: Service) -> str:
    """Return the Host that a service is sent when the route does not preserve the client's.

    An upstream's host_header; else the one name that all its targets share; else the service's
    host. A port that is not the protocol's own is named.
    """
    upstream = snapshot.upstream_of(service)
    if upstream is None:
        return _with_port(service.host, service.port, service.protocol)
    if upstream.host_header is not None:
        return upstream.host_header
    shared = _shared_name(snapshot, upstream)
    return _with_port(*shared, service.protocol) if shared else service.host


def tls_name(snapshot: Snapshot, service: Service) -> str:
    """Return the name that is asked for and verified in TLS with a service's peers."""
    upstream = snapshot.upstream_of(service)
    if upstream is None:
        return service.host.strip("[]")
    if upstream.host_header is not None:
        return upstream.host_header.strip("[]")
    shared = _shared_name(snapshot, upstream)
    return (shared[0] if shared else service.host).strip("[]")


def _shared_name(snapshot: Snapshot, upstream: Upstream) -> tuple[str, int] | None:
    found = {(target.host, target.port) for target in snapshot.targets_of(upstream)}
    if len(found) != 1:
        return None
    host, port = found.pop()
    return None if is_address(host) else (host, port)


def _with_port(host: str, port: int, protocol: str) -> str:
    return host if port == _PORTS[protocol] else f"{host}:{port}"
