"""The Runtime that records: what was given, until when it holds, and what it rests on."""

import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, final
from urllib.parse import urlsplit

from gatepost.plugin.errand import Courier, Errand
from gatepost.plugin.event import Event
from gatepost.plugin.facts import Facts
from gatepost.plugin.people import People, lookup_tag
from gatepost.plugin.revocations import Revocations
from gatepost.plugin.runtime import Freshness, Person, Runtime
from gatepost.plugin.store import Store
from gatepost.plugin.trace import Detail, Trace
from gatepost.values import By, Call, Fault, RedisSettings, Reply, Tag, TagKind
from gatepost.values.call import Fetch

T = TypeVar("T")

_REPEATABLE = frozenset({"discovery", "jwks", "introspection", "userinfo"})


Ending = tuple[Tag, float | None]
"""A tag to revoke, and the moment (wall seconds) until which that is kept; None for good."""


async def nobody_revokes(_endings: Sequence[Ending], _why: str) -> None:
    """Refuse to revoke: this process has no agent that could write it down."""
    raise Fault("revocation.nobody", "Nothing can be revoked from here.", by=By.OURS)


def no_store(_settings: RedisSettings) -> Store:
    """Refuse to give a store: this process knows no Redis."""
    raise Fault("store.none", "There is no Redis here.", by=By.OURS)


@dataclass(slots=True)
class Sources:
    """Where a process gets everything impure from. wall and monotonic return seconds.

    courier: does errands; None where nothing may be spent (``explain``). revoke: writes
    revocations down and returns once they bite. stores: records of a Redis.
    """

    fetch: Fetch
    facts: Facts
    wall: Callable[[], float]
    people: People = field(default_factory=People)
    revocations: Revocations = field(default_factory=Revocations)
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[int], bytes] = os.urandom
    courier: Courier | None = None
    stores: Callable[[RedisSettings], Store] = no_store
    revoke: Callable[[Sequence[Ending], str], Awaitable[None]] = nobody_revokes


@final
class RecordingClock:
    """The wall clock; remembers the earliest instant at which an answer of its would change."""

    __slots__ = ("_wall", "deadline", "raw")

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self.deadline = float("inf")
        self.raw = False

    def past(self, instant: float) -> bool:
        """Return whether the instant is now or earlier."""
        if instant <= self._wall():
            return True
        if instant < self.deadline:
            self.deadline = instant
        return False

    def now(self) -> float:
        """Return the raw time and note that it was read."""
        self.raw = True
        return self._wall()


class Recorder(Runtime):
    """One evaluation's Runtime.

    until: wall seconds until which all facts and holds last. reasons: why the decision is for
    this request only, in words, empty when it may be remembered. acted: something was done that
    must not be done again. events: what was told, in order.
    """

    __slots__ = (
        "_rests",
        "_sources",
        "_told",
        "acted",
        "clock",
        "events",
        "reasons",
        "trace",
        "until",
    )

    def __init__(self, sources: Sources, trace: Trace) -> None:
        self._sources = sources
        self._rests: dict[Tag, float | None] = {}
        self._told: set[Tag] = set()
        self.clock: RecordingClock = RecordingClock(sources.wall)
        self.trace = trace
        self.until = float("inf")
        self.reasons: list[str] = []
        self.acted = False
        self.events: list[Event] = []

    async def fact(
        self,
        call: Call,
        *,
        read: Callable[[Reply], T],
        keep: Callable[[T], Freshness],
        settings: Iterable[str] = (),
        younger_than: float | None = None,
        errand: Errand | None = None,
    ) -> T:
        """Ask a provider, or take what it said before; record deadline and tags."""
        begin = self._sources.monotonic() if self.trace.on else 0.0
        try:
            fact = await self._sources.facts.get(
                call,
                read=read,
                keep=keep,
                settings=settings,
                younger_than=younger_than,
                fetch=None if errand is None else lambda _: self._courier().once(errand),
            )
        except Fault as fault:
            # A refusal that follows from a fact which is not there must not outlive this request.
            self.once(f"{call.purpose}: no usable answer ({fault.code})")
            self._traced(call, begin, failed=fault.code)
            raise
        if fact.until < self.until:
            self.until = fact.until
        if fact.once is not None:
            self.once(f"{call.purpose}: {fact.once}")
        if self.trace.on:
            self._traced(call, begin, source=fact.source)
        for tag in fact.tags:
            if tag not in self._rests:
                self._note(tag, float("inf"))
        return fact.value

    async def send(self, call: Call) -> Reply:
        """Make a call whose answer is never kept."""
        self.once(f"{call.purpose}: the answer of this call is not kept")
        self.acted = self.acted or call.purpose not in _REPEATABLE
        begin = self._sources.monotonic() if self.trace.on else 0.0
        try:
            reply = await self._sources.fetch(call)
        except Fault as fault:
            self._traced(call, begin, failed=fault.code)
            raise
        self._traced(call, begin, source="fetched", status=reply.status)
        return reply

    async def do_once(self, errand: Errand) -> Reply:
        """Return the answer of a call that is made once."""
        return await self._errand(errand, self._courier().once)  # type: ignore[return-value]

    async def do_ahead(self, errand: Errand) -> Reply | None:
        """Return the answer of an errand if it is here; else begin it and do not wait."""
        return await self._errand(errand, self._courier().ahead)

    async def _errand(
        self, errand: Errand, ask: Callable[[Errand], Awaitable[Reply | None]]
    ) -> Reply | None:
        call = errand.call
        self.once(f"{call.purpose}: this call is made once")
        begin = self._sources.monotonic() if self.trace.on else 0.0
        try:
            reply = await ask(errand)
        except Fault as fault:
            self._traced(call, begin, failed=fault.code)
            raise
        self._traced(call, begin, source="courier", status=reply.status if reply else None)
        return reply

    async def claim(self, name: str, seconds: float, share: RedisSettings | None = None) -> bool:
        """Return whether nobody claimed this name before."""
        self.once("it claimed something")
        self.acted = True
        return await self._courier().claim(name, seconds, share)

    def _courier(self) -> Courier:
        courier = self._sources.courier
        if courier is None:
            raise Fault(
                "errand.nobody", "This would spend something, which is not done here.", by=By.OURS
            )
        return courier

    def store(self, settings: RedisSettings) -> Store:
        """Return the records of a Redis."""
        return self._sources.stores(settings)

    async def revoke(self, *endings: Ending, why: str) -> None:
        """Revoke tags; return once that bites."""
        self.once("it revoked something")
        self.acted = True
        await self._sources.revoke(endings, why)
        self.step("revokes", kinds=" ".join(sorted({tag.kind.value for tag, _ in endings})))

    def tell(self, event: str, code: str = "", **details: Detail) -> None:
        """Keep an event for the audit log; it is written when the decision is final."""
        self.events.append(Event(event, code, details))
        self.step(event, **({"code": code} if code else {}), **details)

    def consumer(self, by: str, value: str, *, ignore_case: bool = False) -> Person | None:
        """Look a consumer up; what was found, and that nothing was, are both recorded."""
        person = self._sources.people.find(by, value, ignore_case=ignore_case)
        self._rests.setdefault(lookup_tag(by, value, ignore_case=ignore_case), float("inf"))
        if person is not None:
            self._rests.setdefault(Tag.of(TagKind.CONSUMER, person.id), float("inf"))
        self.step("consumer looked up", by=by, found=person is not None)
        return person

    def rests_on(self, *tags: Tag, issued_at: float | None = None) -> None:
        """Record what the decision rests on; Fault ``credential.revoked`` when one is revoked."""
        if self._sources.revocations:
            for tag in tags:
                self._note(tag, issued_at)
            return
        rests = self._rests
        for tag in tags:
            rests[tag] = _older(rests[tag], issued_at) if tag in rests else issued_at

    def stands(self, *tags: Tag, issued_at: float | None = None) -> bool:
        """Record tags and return True, or return False and record nothing."""
        revocations = self._sources.revocations
        if revocations:
            now = self._sources.wall()
            for tag in tags:
                if revocations.bites(tag, issued_at, now):
                    self.step("revoked", kind=tag.kind.value)
                    return False
        self.rests_on(*tags, issued_at=issued_at)
        return True

    def holds_until(self, instant: float, why: str) -> None:
        """Record a moment (wall seconds) after which the decision must be made anew."""
        self.until = min(self.until, instant)
        if self.trace.on:
            self.step("holds until", instant=instant, why=why)

    def once(self, why: str) -> None:
        """Record that this decision is for this request only."""
        if why not in self.reasons:
            self.reasons.append(why)

    def random(self, count: int) -> bytes:
        """Return that many random bytes; the decision is for this request only."""
        self.once("it used random numbers")
        return self._sources.random(count)

    def step(self, what: str, **details: Detail) -> None:
        """Tell the trace."""
        if self.trace.on:
            self.trace.add(what, details)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Everything that the decision rests on so far."""
        return tuple(self._rests)

    def revoked(self, *, told_counts: bool = True) -> bool:
        """Consult the revocations over all that was recorded; return whether one bites.

        told_counts: False leaves out those of which a Fault told already, for a decision that
        heeded it.
        """
        revocations = self._sources.revocations
        if not revocations:
            return False
        now = self._sources.wall()
        return any(
            revocations.bites(tag, issued_at, now)
            for tag, issued_at in self._rests.items()
            if told_counts or tag not in self._told
        )

    def _note(self, tag: Tag, issued_at: float | None) -> None:
        rests = self._rests
        oldest = _older(rests[tag], issued_at) if tag in rests else issued_at
        rests[tag] = oldest
        revocations = self._sources.revocations
        if revocations and revocations.bites(tag, oldest, self._sources.wall()):
            self._told.add(tag)
            self.step("revoked", kind=tag.kind.value)
            raise Fault("credential.revoked", "The credential was revoked.", by=By.CLIENT)

    def _traced(self, call: Call, begin: float, **details: Detail) -> None:
        if self.trace.on:
            url = urlsplit(call.url)
            self.trace.add(
                "provider",
                {
                    "purpose": call.purpose,
                    "method": call.method,
                    "url": f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}",
                    **details,
                    "ms": round((self._sources.monotonic() - begin) * 1000, 3),
                },
            )


def _older(one: float | None, other: float | None) -> float | None:
    """Of two statements about one tag the older credential decides; an unknown age is oldest."""
    return None if one is None or other is None else min(one, other)
