"""Places sorted into buckets by host, and each bucket as the text that the engine reads once.

Exact hosts have buckets of their own; one more holds everything else (no host, wildcards, exact
hosts mixed with wildcards). A request looks into both, tier by tier in the order of their ranks;
no tier stands in both (rank.py: hosts and wildcards are part of it).

    =<rank> p           a tier of plain paths; below it, for each place: prefix, tab, entry's key
    =<rank> l           a tier to be tried one by one; below it: entry's key

Places of a tier follow in their order; of one prefix, too.
"""

from collections.abc import Iterable, Iterator, Mapping

from gatepost.engine.match import split_port
from gatepost.engine.rank import Place

GENERIC = ""
"""Name of the bucket that is not one host's."""


def buckets_of(place: Place) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each bucket of a place, with the hosts that are still to be checked there."""
    hosts = place.route.hosts
    if not hosts:
        yield GENERIC, ()
        return
    if any("*" in host for host in hosts):
        yield GENERIC, hosts
        return
    ports: dict[str, set[int | None]] = {}
    for host in hosts:
        name, port = split_port(host)
        ports.setdefault(name, set()).add(port)
    for name, wanted in ports.items():
        if None in wanted:
            yield name, ()
        else:
            yield name, tuple(f"{name}:{port}" for port in sorted(p for p in wanted if p))


def index(places: Iterable[tuple[Place, str]]) -> str:
    """Return the text of a bucket: its places in their order, each with its entry's key."""
    lines: list[str] = []
    tier = ""
    for place, key in places:
        if place.tier != tier:
            tier = place.tier
            lines.append(f"={tier} {'p' if place.prefix is not None else 'l'}")
        lines.append(key if place.prefix is None else f"{place.prefix}\t{key}")
    return "\n".join(lines) + "\n" if lines else ""


def shards(buckets: Mapping[str, str], count: int) -> list[str]:
    """Return the directory of hosts in shards: lines of host, tab, key of its bucket's index.

    A host stands in the shard of its checksum, so that a change of one host changes one shard.
    """
    lines: list[list[str]] = [[] for _ in range(count)]
    for host in sorted(buckets):
        lines[shard_of(host, count)].append(f"{host}\t{buckets[host]}\n")
    return ["".join(part) for part in lines]


def shard_of(host: str, count: int) -> int:
    """Return a host's shard: a sum that Lua can do in a few steps, spread well enough."""
    total = len(host)
    for byte in host.encode():
        total = (total * 31 + byte) % 65521
    return total % count
