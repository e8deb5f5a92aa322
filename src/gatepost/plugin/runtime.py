"""Everything impure that a plugin may touch, behind one argument that records what it gave.

Plugins receive this interface only. The recording implementation is ``recorder.py``; the test kit
has one whose provider is a script and whose clock jumps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gatepost.plugin.errand import Errand
from gatepost.plugin.store import Store
from gatepost.values import Call, Clock, RedisSettings, Reply, Tag

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long a fact may be kept: seconds from the moment it was fetched.

    seconds: 0 keeps nothing, and the decision is for this request only. stale: further seconds
    in which it may stand in when asking again fails; a decision on a stale fact is for this
    request only. tags: what the fact rests on; a revocation of one of them forgets the fact.
    refused: it says no to what anybody may invent, so it is kept in a small room of its own, where
    a flood of inventions pushes out no answer that somebody lives on.
    """

    seconds: float
    stale: float = 0.0
    tags: tuple[Tag, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A consumer, as plugins see it."""

    id: str
    username: str | None
    custom_id: str | None
    groups: tuple[str, ...] = ()


class Runtime(Protocol):
    """What a plugin asks instead of the world."""

    clock: Clock

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
        """Ask a provider, or take what it said before.

        The fact's key is derived from the whole call (method, URL, headers, body, transport) and
        ``settings``: whatever else ``read`` depended on (client identity, validation settings).
        ``read`` turns the answer into a value or raises a Fault, which is never kept.
        ``younger_than``: seconds; a kept fact that is older is asked for again, yet at most once
        in that many seconds: within them the kept value is returned and the decision is for this
        request only. Concurrent askers share one call. ``errand``: asking spends something, so all
        processes share the call; its answer may be older than the question by its grace.

        Raises Fault(by=PROVIDER) when there is no usable answer, and whatever ``read`` raised.
        """
        ...

    async def send(self, call: Call) -> Reply:
        """Make a call whose answer is never kept; the decision is for this request only."""
        ...

    async def do_once(self, errand: Errand) -> Reply:
        """Return the answer of a call that is made once, whoever asks for it (see ``Errand``)."""
        ...

    async def do_ahead(self, errand: Errand) -> Reply | None:
        """Return the answer of an errand if it is here; else begin it and do not wait."""
        ...

    async def claim(self, name: str, seconds: float, share: RedisSettings | None = None) -> bool:
        """Return whether nobody claimed this name before, within so many seconds."""
        ...

    def store(self, settings: RedisSettings) -> Store:
        """Return the records of a Redis.

        A read is not kept and not recorded: who reads says until when what follows from it holds
        (``holds_until``), and what revokes it (``rests_on``).
        """
        ...

    async def revoke(self, *endings: tuple[Tag, float | None], why: str) -> None:
        """Revoke tags, each until a moment (wall seconds) or for good.

        When this returns, no process of this node accepts them any more, also after a restart,
        and nodes that share a Redis with it are told. The decision is for this request only.
        Raises Fault(by=OURS) when it could not be done; nothing is revoked then.
        """
        ...

    def tell(self, event: str, code: str = "", **details: str | int | float | bool | None) -> None:
        """Write an event into the audit log and count it, such as ``login.done``.

        event and code are fixed words of the program. Details must not hold secrets.
        """
        ...

    def consumer(self, by: str, value: str, *, ignore_case: bool = False) -> Person | None:
        """Look a consumer up by ``id``, ``username`` or ``custom_id``; also absence is recorded."""
        ...

    def rests_on(self, *tags: Tag, issued_at: float | None = None) -> None:
        """Record what the decision rests on; raises Fault(by=CLIENT) when one is revoked.

        issued_at: wall seconds when the credential was issued, where it says so. Revocations of
        a token, token id, session or key always bite. Those of an issuer, subject or client bite
        on credentials issued until their moment, and on those that do not say when they were
        issued. Consumers, look-ups and plugins are only forgotten: those refuse nobody.
        """
        ...

    def stands(self, *tags: Tag, issued_at: float | None = None) -> bool:
        """Return whether none of these is revoked; what stands is recorded as by ``rests_on``.

        For credentials that make way for another one when they are revoked.
        """
        ...

    def holds_until(self, instant: float, why: str) -> None:
        """Record a moment (wall seconds) after which the decision must be made anew."""
        ...

    def once(self, why: str) -> None:
        """Record that this decision is for this request only."""
        ...

    def random(self, count: int) -> bytes:
        """Return that many random bytes; the decision is for this request only."""
        ...

    def step(self, what: str, **details: str | int | float | bool | None) -> None:
        """Tell the trace. Details must not hold secrets; texts are shortened and escaped."""
        ...
