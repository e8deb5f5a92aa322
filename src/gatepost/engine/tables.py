"""The tables that the engine routes by: immutable entries under their digests, and one root.

Everything but the root is content-addressed, so that two versions share what did not change and a
new version costs what changed:

    r:<digest>   an entry: one route under one path       i:<digest>   a bucket's index
    h:<digest>   a shard of the directory of hosts        u:<digest>   the peers of a service
    c:<digest>   certificates for listeners               p:<plan id>  a plan
    <version>:root                                        version      the number that counts

``m:<route id>`` is never put: deleting it drops what was counted of a route that is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gatepost.engine.items import join

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Tables:
    """One version's tables.

    hosts: the names that must be resolved for its peers. routes: ids of the routes in it.
    """

    entries: Mapping[str, bytes]
    root: bytes
    hosts: tuple[str, ...] = ()
    routes: frozenset[str] = frozenset()

    def delta(self, previous: "Tables | None") -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return what to put beside the previous tables, and what of them is no longer needed."""
        before: Mapping[str, bytes] = previous.entries if previous else {}
        puts = {key: body for key, body in self.entries.items() if key not in before}
        return puts, tuple(sorted(key for key in before if key not in self.entries))


@dataclass(frozen=True, slots=True)
class Push:
    """One version on its way: first all puts, then the switch, then the deletes.

    puts: bodies for POST /tables/put, in order. deletes: body for /tables/delete, empty when there
    is nothing to delete. switch: body for /tables/switch.
    """

    version: int
    puts: tuple[bytes, ...]
    switch: bytes
    deletes: bytes


@dataclass(slots=True)
class Shelf:
    """What lies in the engine's memory: the current version and the one before.

    Pure bookkeeping. ``next`` says what to send; ``done`` takes note that it was; ``forget`` when
    the engine's memory is gone (nginx was started anew) or of unknown content.
    """

    versions: list[tuple[int, Tables]] = field(default_factory=list)
    _last: int = 0

    def next(self, tables: Tables) -> Push:
        """Return what brings the engine to these tables."""
        version = self._last + 1
        present: dict[str, bytes] = {}
        for _, kept in self.versions:
            present.update(kept.entries)
        puts = {key: body for key, body in tables.entries.items() if key not in present}
        puts[_root(version)] = tables.root
        gone: set[str] = set()
        if len(self.versions) > 1:
            oldest, leaving = self.versions[0]
            staying = {*tables.entries, *self.versions[1][1].entries}
            gone = {key for key in leaving.entries if key not in staying} | {_root(oldest)}
            left = leaving.routes - tables.routes - self.versions[1][1].routes
            gone |= {f"m:{route}" for route in left}
        return Push(
            version,
            tuple(_chunks(puts)),
            str(version).encode(),
            join(key.encode() for key in sorted(gone)),
        )

    def done(self, push: Push, tables: Tables) -> None:
        """Take note that a push arrived as a whole."""
        self._last = push.version
        self.versions = [*self.versions[-1:], (push.version, tables)]

    def skip(self, push: Push) -> None:
        """Take note that a push failed: its number is used up, and its puts may lie around.

        What lies around is put again under the same key, so it does no harm.
        """
        self._last = push.version

    def forget(self) -> None:
        """Take note that the engine's memory is empty. Versions go on counting."""
        self.versions = []


def _root(version: int) -> str:
    return f"{version}:root"


def _chunks(puts: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield list bodies of about a mebibyte; the root, put last, is in the last one."""
    batch: list[bytes] = []
    size = 0
    for key, body in puts.items():
        batch += [key.encode(), body]
        size += len(key) + len(body) + 8
        if size >= _CHUNK:
            yield join(batch)
            batch, size = [], 0
    if batch:
        yield join(batch)
