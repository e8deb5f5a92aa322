"""What providers said, kept for as long as it may be: bounded, single flight, revocable.

A fact's key is an HMAC over the whole call (method, URL, headers, body, transport), the settings
and the reader; nobody names a key. How long a fact serves is asked of each asker anew (``keep``),
so one that keeps for ten seconds never lives on what another keeps for an hour.
"""

import asyncio
import dataclasses
import functools
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from gatepost.plugin.runtime import Freshness
from gatepost.values import By, Call, Fault, Reply, Tag, Transport
from gatepost.values.call import Fetch
from gatepost.values.mac import Mac

T = TypeVar("T")

RETRY = 5.0
"""Seconds after a failed call in which a stale fact is served without asking again."""
REFUSED_SHARE = 8
"""Refused facts (``Freshness.refused``) fill at most this fraction of the limit."""
_OVERHEAD = 1024
_UNSHARED = 4096
PREPARED = 1024
"""Calls without a credential that are held so that their keys are derived once."""


class Fact(msgspec.Struct, Generic[T], frozen=True):
    """An answer. until: wall seconds while it holds; once: why it is for one request only.

    source: kept, fetched, shared (somebody else's call) or stale.
    """

    value: T
    until: float
    source: str
    tags: tuple[Tag, ...] = ()
    once: str | None = None


@dataclass(slots=True)
class _Entry:
    value: object
    wall: float
    monotonic: float
    cost: int
    tags: tuple[Tag, ...] = ()
    attempted: float = 0.0
    failed: float = float("-inf")
    refused: bool = False


@dataclass(slots=True, eq=False)
class _Flight:
    task: "asyncio.Task[_Entry] | None" = None
    purged: set[Tag] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A call that is asked again and again by one reader; its key was derived once."""

    call: Call
    read: Callable[..., object]
    settings: tuple[str, ...]
    key: bytes


@dataclass(slots=True)
class FactCounts:
    """Numbers for the metrics."""

    hits: int = 0
    misses: int = 0
    shared: int = 0
    stale: int = 0
    throttled: int = 0
    evictions: int = 0


class Facts:
    """All facts of one process. limit: bytes, estimated from the answers' bodies."""

    def __init__(
        self,
        fetch: Fetch,
        *,
        secret: bytes,
        wall: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        limit: int = 64 * 1_048_576,
    ) -> None:
        self._fetch = fetch
        self._mac = Mac(secret)
        self._wall = wall
        self._monotonic = monotonic
        self._limit = limit
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._refused: OrderedDict[bytes, None] = OrderedDict()
        self._refused_bytes = 0
        self._by_tag: dict[Tag, set[bytes]] = {}
        self._flights: dict[bytes, _Flight] = {}
        self._open: set[_Flight] = set()
        self._unshared: OrderedDict[bytes, None] = OrderedDict()
        self._prepared: dict[tuple[int, int], _Prepared] = {}
        self.bytes = 0
        self.counts = FactCounts()

    def __len__(self) -> int:
        return len(self._entries)

    async def get(
        self,
        call: Call,
        *,
        read: Callable[[Reply], T],
        keep: Callable[[T], Freshness],
        settings: Iterable[str] = (),
        younger_than: float | None = None,
        fetch: Fetch | None = None,
    ) -> Fact[T]:
        """Return what is known, or ask; the meaning of each argument is Runtime.fact's.

        fetch: how it is asked, where that is another way than usual.
        """
        key = self._key(call, read, settings)
        entry = self._entries.get(key)
        if entry is not None:
            found = self._kept(key, entry, keep, younger_than)
            if found is not None:
                return found
        self.counts.misses += 1
        try:
            return await self._ask(key, call, read, keep, younger_than, fetch or self._fetch)
        except Fault as fault:
            if fault.by is By.CLIENT or entry is None or self._entries.get(key) is not entry:
                raise
            entry.failed = self._monotonic()
            fresh = keep(entry.value)  # type: ignore[arg-type]
            if self._age(entry, self._wall()) >= fresh.seconds + fresh.stale:
                raise
            self.counts.stale += 1
            return self._fact(entry, fresh, "stale", "asking the provider again failed")

    def purge(self, tags: Iterable[Tag]) -> int:
        """Forget every fact that rests on one of the tags; calls in flight are not kept either."""
        wanted = set(tags)
        keys = {key for tag in wanted for key in self._by_tag.get(tag, ())}
        for key in keys:
            self._drop(key)
        for flight in self._open:
            flight.purged |= wanted
        self._flights.clear()  # who asks from now on must not hear an answer from before
        return len(keys)

    def _kept(
        self, key: bytes, entry: _Entry, keep: Callable[[T], Freshness], younger: float | None
    ) -> Fact[T] | None:
        fresh = keep(entry.value)  # type: ignore[arg-type]
        wall = self._wall()
        age = self._age(entry, wall)
        if age < fresh.seconds and (younger is None or age < younger):
            self.counts.hits += 1
            self._entries.move_to_end(key)
            seconds = fresh.seconds if younger is None else min(fresh.seconds, younger)
            return Fact(entry.value, wall + seconds - age, "kept", fresh.tags)  # type: ignore[arg-type]
        asking = key in self._flights
        if age < fresh.seconds:
            if not asking and self._monotonic() - entry.attempted < (younger or 0.0):
                self.counts.throttled += 1
                return self._fact(entry, fresh, "kept", "asked for anew too recently")
        elif age >= fresh.seconds + fresh.stale:
            self._drop(key)
        elif self._monotonic() - entry.failed < RETRY:
            self.counts.stale += 1
            return self._fact(entry, fresh, "stale", "asking the provider again failed")
        if not asking:
            entry.attempted = self._monotonic()
        return None

    async def _ask(
        self,
        key: bytes,
        call: Call,
        read: Callable[[Reply], T],
        keep: Callable[[T], Freshness],
        younger: float | None,
        fetch: Fetch,
    ) -> Fact[T]:
        flight = self._flights.get(key)
        if flight is not None and flight.task is not None:
            entry = await asyncio.shield(flight.task)
            fresh = keep(entry.value)  # type: ignore[arg-type]
            if fresh.seconds > 0:
                self.counts.shared += 1
                return self._fact(entry, fresh, "shared", _doomed(flight, fresh), younger=younger)
        own = _Flight()
        self._open.add(own)  # from now on a purge concerns it
        flying = self._fly(own, key, call, read, keep, fetch)
        own.task = asyncio.get_running_loop().create_task(flying)
        own.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        if key not in self._unshared:
            self._flights[key] = own
        entry = await asyncio.shield(own.task)
        fresh = keep(entry.value)  # type: ignore[arg-type]
        return self._fact(entry, fresh, "fetched", _doomed(own, fresh), younger=younger)

    async def _fly(
        self,
        flight: _Flight,
        key: bytes,
        call: Call,
        read: Callable[[Reply], T],
        keep: Callable[[T], Freshness],
        fetch: Fetch,
    ) -> _Entry:
        try:
            wall, monotonic = self._wall(), self._monotonic()
            reply = await fetch(call)
            value = read(reply)
            fresh = keep(value)
            cost = _OVERHEAD + 3 * len(reply.body)
            entry = _Entry(value, wall, monotonic, cost, fresh.tags, monotonic)
            entry.refused = fresh.refused
            if fresh.seconds <= 0:
                self._note_unshared(key)
            elif not flight.purged.intersection(fresh.tags):
                self._store(key, entry)
            return entry
        finally:
            self._open.discard(flight)
            if self._flights.get(key) is flight:
                del self._flights[key]

    def _fact(
        self,
        entry: _Entry,
        fresh: Freshness,
        source: str,
        once: str | None = None,
        *,
        younger: float | None = None,
    ) -> Fact[T]:
        seconds = fresh.seconds if younger is None else min(fresh.seconds, younger)
        if fresh.seconds <= 0:
            once = once or "the provider's answer is not kept"
        wall = self._wall()
        until = wall + seconds - self._age(entry, wall)
        return Fact(entry.value, until, source, fresh.tags, once)  # type: ignore[arg-type]

    def _age(self, entry: _Entry, wall: float) -> float:
        """Return seconds by the clock that says more; a step back of the wall voids the fact."""
        by_wall = wall - entry.wall
        return float("inf") if by_wall < -1 else max(by_wall, self._monotonic() - entry.monotonic)

    def _store(self, key: bytes, entry: _Entry) -> None:
        self._drop(key)
        self._unshared.pop(key, None)
        if entry.cost > self._limit:
            return
        self._entries[key] = entry
        self.bytes += entry.cost
        for tag in entry.tags:
            self._by_tag.setdefault(tag, set()).add(key)
        if entry.refused:
            self._refused[key] = None
            self._refused_bytes += entry.cost
        while self._refused_bytes > self._limit // REFUSED_SHARE:
            self.counts.evictions += 1
            self._drop(next(iter(self._refused)))
        while self.bytes > self._limit:
            self.counts.evictions += 1
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.cost
        if entry.refused:
            del self._refused[key]
            self._refused_bytes -= entry.cost
        for tag in entry.tags:
            keys = self._by_tag.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_tag[tag]

    def _note_unshared(self, key: bytes) -> None:
        """Remember that nobody may wait for this answer, so that the next one asks at once."""
        self._unshared[key] = None
        if len(self._unshared) > _UNSHARED:
            self._unshared.popitem(last=False)

    def _key(self, call: Call, read: Callable[..., object], settings: Iterable[str]) -> bytes:
        if not isinstance(settings, tuple):
            settings = tuple(settings)
        name = (id(call), id(read))
        known = self._prepared.get(name)
        if known is not None and known.settings == settings:
            return known.key
        key = self._derived(call, read, settings)
        closed_over = getattr(read, "__closure__", None) is not None
        if not closed_over and not call.body and "authorization" not in call.headers:
            # Discovery and keys, not what a request brought. Both objects live as long as the
            # entry does, so nothing else gets their identities.
            if len(self._prepared) >= PREPARED:
                self._prepared.clear()
            self._prepared[name] = _Prepared(call, read, settings, key)
        return key

    def _derived(self, call: Call, read: Callable[..., object], settings: tuple[str, ...]) -> bytes:
        # repr of texts and bytes escapes whatever could end one, so that no two calls read alike.
        whole = (
            call.method,
            call.url,
            tuple(call.headers),
            call.body,
            _way(call.transport),
            _reader(read),
            settings,
        )
        return self._mac.digest(repr(whole).encode())


@functools.lru_cache(maxsize=1024)
def _way(transport: Transport) -> tuple[object, ...]:
    """Return every field of a transport, also those that its own repr leaves out."""
    return tuple(getattr(transport, one.name) for one in dataclasses.fields(transport))


def _doomed(flight: _Flight, fresh: Freshness) -> str | None:
    if flight.purged.intersection(fresh.tags):
        return "what the answer rests on was revoked while it was asked for"
    return None


def _reader(read: Callable[..., object]) -> tuple[object, ...]:
    """Name a reader: where it was written, and the plain values that it was closed over."""
    name = getattr(read, "__qualname__", None) or type(read).__qualname__
    cells = getattr(read, "__closure__", None)
    where = getattr(read, "__module__", None)
    if not cells:
        return (where, name)
    held = []
    for cell in cells:
        try:
            content = cell.cell_contents
        except ValueError:
            continue  # not filled yet
        if content is None or isinstance(content, str | int | float | bytes):
            held.append(content)
    return (where, name, *held)
