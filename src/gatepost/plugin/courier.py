"""The courier: does errands, keeps their answers for a moment, and knows what was done before.

It holds no policy: 2xx says that it was done, where the errand names a member only with that, and
anything else that it was not, so that it may be tried again after a moment. Within a node it is
one object in the agent, which outlives every authorizer: whoever asked may die, the call goes on,
and the next one who asks joins it.

Across nodes a Board (a few keys in Redis) says who makes a call and what came of it. A lock there
is short and renewed while the call runs, so that a node that dies is noticed in seconds.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Protocol, final

import msgspec

from gatepost.plugin.errand import Errand
from gatepost.plugin.sealing import NotOurs, Random, Seal
from gatepost.values import By, Fault, Headers, RedisSettings, Reply
from gatepost.values.call import Fetch

FAILED = 1.0
"""Seconds in which a failed errand is not tried again: who asks hears of the same failure."""
LOCK = 3.0
"""Seconds that a lock on the Board holds without being renewed."""
_POLL = 0.02
_MOST = 100_000
_KEPT_HEADERS = ("content-type", "retry-after", "date")


class Board(Protocol):
    """What nodes tell one another about errands. Raises Fault(by=OURS) ``store.unreachable``."""

    async def answer(self, name: str) -> bytes | None:
        """Return the sealed answer to an errand; empty when it was done and is forgotten."""
        ...

    async def tell(self, name: str, sealed: bytes, *, grace: float, spent: float) -> None:
        """Leave the answer, and after its grace the knowledge that the errand was done."""
        ...

    async def lock(self, name: str, owner: str, seconds: float) -> bool:
        """Take or keep the lock of an errand; return whether it is ours."""
        ...

    async def unlock(self, name: str, owner: str) -> None:
        """Give the lock back, if it is ours."""
        ...

    async def claim(self, name: str, seconds: float) -> bool:
        """Return whether nobody claimed the name before."""
        ...


class _Kept(msgspec.Struct, array_like=True):
    """An answer as it lies on a Board."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class _Done:
    """What came of an errand. reply or failure until ``until``, then nothing but that it was."""

    until: float
    forget: float
    reply: Reply | None = None
    failure: Fault | None = None


@dataclass(slots=True)
class CourierCounts:
    """Numbers for the metrics."""

    made: int = 0
    shared: int = 0
    failed: int = 0
    spent: int = 0


@final
class LocalCourier:
    """A courier in this process. boards: how to reach the Board of a Redis, None without any.

    wall: seconds; dates answers that say none.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        random: Random,
        boards: Callable[[RedisSettings], Board] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] | None = None,
    ) -> None:
        self._fetch = fetch
        self._random = random
        self._boards = boards
        self._monotonic = monotonic
        self._wall = wall
        self._owner = random(16).hex()
        self._flights: dict[str, asyncio.Task[Reply]] = {}
        self._done: OrderedDict[str, _Done] = OrderedDict()
        self._fading: deque[tuple[float, _Done]] = deque()
        self._claims: OrderedDict[str, float] = OrderedDict()
        self.counts = CourierCounts()

    async def once(self, errand: Errand) -> Reply:
        """Return the answer, of this call or of one that somebody else makes or made."""
        known = self._known(errand.name)
        if known is not None:
            return known
        task = self._flights.get(errand.name)
        if task is None:
            task = self._start(errand)
        else:
            self.counts.shared += 1
        return await asyncio.shield(task)

    async def ahead(self, errand: Errand) -> Reply | None:
        """Return the answer if it is here; else begin the errand without waiting for it."""
        known = self._known(errand.name)
        if known is None and errand.name not in self._flights:
            _ = self._start(errand)
        return known

    async def claim(self, name: str, seconds: float, share: RedisSettings | None = None) -> bool:
        """Return whether this is the first claim of the name within so many seconds."""
        now = self._monotonic()
        if self._claims.get(name, now) > now:
            return False
        board = self._boards(share) if share is not None and self._boards is not None else None
        if board is not None and not await board.claim(name, seconds):
            return False
        self._claims.pop(name, None)
        self._claims[name] = now + seconds
        while len(self._claims) > _MOST:
            self._claims.popitem(last=False)
        return True

    async def close(self) -> None:
        """Wait for the calls that are under way: what they spend must not be lost."""
        if self._flights:
            await asyncio.wait(list(self._flights.values()), timeout=5.0)

    def _known(self, name: str) -> Reply | None:
        done = self._done.get(name)
        if done is None:
            return None
        now = self._monotonic()
        if done.until > now:
            if done.failure is not None:
                raise done.failure.with_traceback(None)
            self.counts.shared += 1
            return done.reply
        if done.forget > now and done.failure is None:
            self.counts.spent += 1
            raise _spent()
        del self._done[name]
        return None

    def _start(self, errand: Errand) -> "asyncio.Task[Reply]":
        task = asyncio.get_running_loop().create_task(self._run(errand))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._flights[errand.name] = task
        return task

    async def _run(self, errand: Errand) -> Reply:
        try:
            if errand.share is not None and self._boards is not None:
                reply = await self._shared(errand, self._boards(errand.share))
            else:
                reply = await self._made(errand)
        except Fault as fault:
            self.counts.failed += 1
            if fault.code != "errand.spent":
                self._note(errand, failure=fault)
            raise
        finally:
            self._flights.pop(errand.name, None)
        self._note(errand, reply=reply)
        return reply

    async def _made(self, errand: Errand) -> Reply:
        self.counts.made += 1
        reply = await self._fetch(errand.call)
        if self._wall is None or "date" in reply.headers:
            return reply
        # Who asks late must be able to tell how old it is.
        dated = (*reply.headers, ("Date", formatdate(self._wall(), usegmt=True)))
        return Reply(reply.status, Headers(dated), reply.body)

    async def _shared(self, errand: Errand, board: Board) -> Reply:
        """Make the call, or take the answer of the node that makes it."""
        seal = Seal([errand.seal])
        deadline = self._monotonic() + errand.call.transport.timeout + 2 * LOCK
        while True:
            left = await board.answer(errand.name)
            if left is not None:
                return _opened(left, errand, seal)
            if await board.lock(errand.name, self._owner, LOCK):
                break
            if self._monotonic() > deadline:
                raise Fault(
                    "errand.waited",
                    "Another node does not get done with a call that must be made once.",
                    by=By.OURS,
                    retry_after=1,
                )
            await asyncio.sleep(_POLL)
        async with self._holding(board, errand.name):
            # It may have been done between the look and the lock.
            left = await board.answer(errand.name)
            if left is not None:
                return _opened(left, errand, seal)
            reply = await self._made(errand)
            headers = [(k, v) for k, v in reply.headers if k.lower() in _KEPT_HEADERS]
            content = msgspec.msgpack.encode(_Kept(reply.status, headers, reply.body))
            sealed = seal.close(content, bound_to=errand.name.encode(), random=self._random)
            # What was asked for is here; that the others must ask anew does not change it.
            if _done(errand, reply):
                with contextlib.suppress(Fault):
                    await board.tell(errand.name, sealed, grace=errand.grace, spent=errand.spent)
            return reply

    @contextlib.asynccontextmanager
    async def _holding(self, board: Board, name: str) -> AsyncIterator[None]:
        """Keep a lock for the length of the block."""

        async def keep() -> None:
            while True:
                await asyncio.sleep(LOCK / 3)
                with contextlib.suppress(Fault):
                    await board.lock(name, self._owner, LOCK)

        keeping = asyncio.get_running_loop().create_task(keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            with contextlib.suppress(Fault):
                await board.unlock(name, self._owner)

    def _note(
        self, errand: Errand, *, reply: Reply | None = None, failure: Fault | None = None
    ) -> None:
        now = self._monotonic()
        succeeded = reply is not None and _done(errand, reply)
        until = now + (errand.grace if succeeded else FAILED)
        done = _Done(until, until + errand.spent if succeeded else until, reply, failure)
        self._done.pop(errand.name, None)
        self._done[errand.name] = done
        self._fading.append((until, done))
        while self._fading and self._fading[0][0] <= now:
            self._fading.popleft()[1].reply = None  # only that it was done is still known
        while len(self._done) > _MOST:
            self._done.popitem(last=False)


def _done(errand: Errand, reply: Reply) -> bool:
    if not 200 <= reply.status < 300:
        return False
    return errand.member is None or _holds(reply, errand.member)


def _holds(reply: Reply, member: str) -> bool:
    if not reply.media_type().endswith("json"):
        return False
    try:
        value = msgspec.json.decode(reply.body, type=dict[str, object]).get(member)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(value, str) and bool(value)


def _opened(left: bytes, errand: Errand, seal: Seal) -> Reply:
    if not left:
        raise _spent()
    try:
        kept = msgspec.msgpack.decode(seal.open(left, bound_to=errand.name.encode()), type=_Kept)
    except (NotOurs, msgspec.MsgspecError):
        raise Fault(
            "errand.foreign",
            "What lies in the shared Redis was not written by us; do the nodes have one secret?",
            by=By.OURS,
        ) from None
    return Reply(kept.status, Headers(kept.headers), kept.body)


def _spent() -> Fault:
    return Fault("errand.spent", "This was done before, and can be done once.", by=By.CLIENT)


__all__ = ["Board", "CourierCounts", "LocalCourier"]
