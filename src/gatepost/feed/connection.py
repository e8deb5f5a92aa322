"""One node's feed, on the side of the control plane.

Three tasks: one reads, one writes, one watches. The writer looks for the most urgent thing each
time it may write: an answer, then revocations, then the next piece of a configuration. Nothing is
queued but answers: a node that is slow gets the newest configuration when it is through with the
one before, never all that were in between.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator

from aiohttp import WSMsgType, web

from gatepost.feed import messages as say
from gatepost.feed.close_codes import Closed, as_reason
from gatepost.feed.incoming import Incoming
from gatepost.feed.membership import Passport
from gatepost.feed.messages import PIECE, Current, Hello, Message, Offer, Ping
from gatepost.feed.needs import Keepers, Sight, Standing
from gatepost.feed.packing import broken
from gatepost.feed.parcels import Parcels
from gatepost.feed.patience import Patience
from gatepost.values import Fault
from gatepost.values.plain_text import plain

log = logging.getLogger("gatepost.feed")

_REASON = 4000
"""Characters of a reason that are kept."""
_OUTBOX = 1000
"""Answers that wait to be written; whoever lets more wait does not read."""


class Connection:
    """A node that is connected, from ``serve`` to its end.

    applied: number in the log up to which revocations bite there, as the node has said since it
    came: what it says at first may be of a log that was restored since. sight: how the node is.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        passport: Passport,
        hello: Hello,
        *,
        ip: str,
        transport: asyncio.WriteTransport | None,
        keepers: Keepers,
        parcels: Parcels,
        incoming: Incoming,
        patience: Patience,
        on_applied: Callable[[], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.passport = passport
        self.plane, self.node = passport.member.plane, passport.member.node
        self.applied = 0
        self.sight = Sight(
            plain(hello.hostname), ip, plain(hello.release), True, hello.hash, hello.version,
            hello.sync, plain(hello.reason, _REASON), tuple(map(plain, hello.proxies)),
        )  # fmt: skip
        self._socket = socket
        self._transport = transport
        self._hello = hello
        self._keepers = keepers
        self._parcels = parcels
        self._incoming = incoming
        self._patience = patience
        self._on_applied = on_applied
        self._now = now
        self._heard = time.monotonic()
        self._wake = asyncio.Event()
        self._outbox: deque[Message] = deque()
        self._look_configuration = self._look_revocations = True
        self._pieces: Iterator[bytes] | None = None
        self._offered: str | None = None
        self._offered_at = 0.0
        self._answered = ""
        self._whole = False
        self._current: Current | None = None
        self._sent = (hello.epoch, hello.last)
        self._mark = hello.mark
        self._look_standing = False
        self._told_end = False
        self._closing = False

    # -- life

    async def serve(self) -> None:
        """Speak with the node until either side ends it."""
        await self._keepers.nodes.seen(self.plane, self.node, self.sight)
        if self._keepers.traces is not None and say.TRACES in self._hello.offers:
            self._say(say.Wants(what=[say.TRACES]))
        self._wake.set()
        tasks = [
            asyncio.create_task(self._guarded(work), name=f"{name} node {self.node}")
            for name, work in (("write to", self._write), ("watch", self._watch))
        ]
        try:
            await self._guarded(self._read)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def changed(self) -> None:
        """Look whether there is a new configuration or a revocation."""
        self._look_configuration = self._look_revocations = True
        self._wake.set()

    def review(self) -> None:
        """Look whether the node may stay."""
        self._look_standing = True
        self._wake.set()

    async def close(self, code: Closed, reason: str) -> None:
        """End it, saying why; a peer that does not take even that is cut off."""
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(3.0):
                await self._socket.close(code=code, message=as_reason(reason))
        if self._transport is not None:
            self._transport.abort()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run one of the tasks; what goes wrong in it ends this connection and nothing else."""
        try:
            await work()
        except Fault as fault:
            log.warning("node %s: %s (%s)", self.node, fault.message, plain(fault.cause or ""))
            await self.close(Closed.BROKEN, fault.cause or fault.message)
        except (ConnectionError, TimeoutError):
            await self.close(Closed.FAILED, "the connection broke")
        except Exception as error:  # of a store: the node comes back, and it is tried again
            log.exception("node %s: its feed failed", self.node)
            await self.close(Closed.FAILED, f"the control plane failed ({type(error).__name__})")

    # -- reading

    async def _read(self) -> None:
        async for message in self._socket:
            self._heard = time.monotonic()
            if message.type is not WSMsgType.TEXT:
                raise broken("a node sends texts alone")
            await self._hear(say.read_from_node(message.data))

    async def _hear(self, message: say.FromNode) -> None:
        match message:
            case say.Ping():
                pass
            case say.State():
                await self._state(message)
            case say.Applied():
                if message.epoch == self._sent[0]:
                    self.applied = message.number
                    self._on_applied()
            case say.Revoked():
                await self._incoming.revoked(self.plane, self.node, message.entries)
                self._say(say.Kept(what="revoked", sequence=message.sequence))
            case say.Report():
                boot = self._hello.boot
                await self._incoming.report(
                    self.plane, self.node, boot, message.sequence, message.body
                )
                self._say(say.Kept(what="report", sequence=message.sequence))
            case say.Traces():
                self._incoming.traces(self.plane, self.node, message.entries)
            case say.Hello():
                raise broken("hello was said twice")

    async def _state(self, state: say.State) -> None:
        before = self.sight
        self.sight = Sight(
            before.hostname, before.ip, before.release, True, state.hash, state.version,
            state.sync, plain(state.reason, _REASON), tuple(map(plain, state.proxies)),
        )  # fmt: skip
        if self._offered == state.answers:
            self._answered, self._offered = "" if state.whole else state.answers, None
            self._whole = state.whole
            self._look_configuration = True
            self._wake.set()
        if state.sync == "refused":
            log.warning("node %s refused a configuration: %s", self.node, plain(state.reason))
        await self._keepers.nodes.seen(self.plane, self.node, self.sight)

    def _say(self, message: Message) -> None:
        if len(self._outbox) >= _OUTBOX:
            raise broken("it sends and does not read the answers")
        self._outbox.append(message)
        self._wake.set()

    # -- writing

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while await self._one():
                pass

    async def _one(self) -> bool:
        """Write the most urgent thing; return whether there was one."""
        if self._look_standing:
            self._look_standing = False
            await self._touch()
            return True
        if self._outbox:
            await self._socket.send_str(say.write(self._outbox.popleft()))
            return True
        if self._look_revocations:
            return await self._revocations()
        if self._pieces is not None:
            piece = next(self._pieces, None)
            if piece is None:
                self._pieces = None
            else:
                await self._socket.send_bytes(piece)
            return True
        if self._look_configuration and self._offered is None:
            return await self._configuration()
        return False

    async def _revocations(self) -> bool:
        self._look_revocations = False
        epoch, number = self._sent
        page = await self._keepers.revocations.since(self.plane, number, say.BATCH)
        missed = page.epoch != epoch or page.floor > number + 1 or page.last < number
        # a log that was restored from a backup may have come to the same number again
        missed |= bool(self._mark and page.begins) and self._mark != page.begins
        if missed and number:  # it cannot go on where it was: it is told everything that holds
            number = self.applied = 0
            page = await self._keepers.revocations.since(self.plane, 0, say.BATCH)
        entries = [say.plain(entry) for _, entry in page.entries]
        complete = len(entries) < say.BATCH
        upto = page.last if complete else page.entries[-1][0]
        if self._told_end and not missed and (page.epoch, upto) == self._sent:
            return True
        # before it is sent: the node may answer while this still waits for the socket
        self._sent, self._mark, self._told_end = (page.epoch, upto), page.ends, complete
        await self._socket.send_str(
            say.write(
                say.Revocations(
                    epoch=page.epoch,
                    after=number,
                    upto=upto,
                    complete=complete,
                    entries=entries,
                    mark=page.ends,
                )
            )
        )
        self._look_revocations |= not complete
        return True

    async def _configuration(self) -> bool:
        self._look_configuration = False
        found = await self._keepers.configurations.current(self.plane)
        if found is not None:
            self._parcels.notice(found)
        if found is None or found.hash == self.sight.hash:
            current = Current(
                version=found.version if found else 0, hash=found.hash if found else ""
            )
            if current != self._current:
                self._current = current
                await self._socket.send_str(say.write(current))
            return True
        self._current = None
        if found.hash == self._answered:
            return True  # it was refused; the node cannot do better until something changes
        parcel = await self._parcels.parcel(found, "" if self._whole else self.sight.hash)
        self._offered, self._offered_at = found.hash, time.monotonic()
        await self._socket.send_str(
            say.write(
                Offer(
                    version=found.version,
                    hash=found.hash,
                    base=parcel.base,
                    packed=len(parcel.data),
                    plain=parcel.plain,
                    age=round(self._parcels.age(found), 3),
                )
            )
        )
        self._pieces = _pieces(parcel.data)
        return True

    # -- watching

    async def _watch(self) -> None:
        patience = self._patience
        touched = pinged = time.monotonic()
        while True:
            await asyncio.sleep(min(patience.ping, patience.silence, patience.touch) / 4)
            now = time.monotonic()
            if now - self._heard > patience.silence:
                await self.close(Closed.SILENT, f"nothing was heard for {patience.silence:.0f} s")
            elif self._offered is not None and now - self._offered_at > patience.answer:
                await self.close(Closed.SILENT, "it does not say what became of a configuration")
            elif self._now() > self.passport.expires:
                await self.close(Closed.EXPIRED, "the certificate has expired; renew it")
            elif now - touched > patience.touch:
                touched = now
                await self._touch()
            if now - pinged > patience.ping:
                pinged = now
                self._say(Ping())

    async def _touch(self) -> None:
        standing, why = await self._keepers.nodes.standing(self.plane, self.node)
        if standing is not Standing.KNOWN:
            await self.close(*refusal(standing, why))
        else:
            await self._keepers.nodes.seen(self.plane, self.node, self.sight)


def refusal(standing: Standing, why: str) -> tuple[Closed, str]:
    """Return how a node that may not stay is told so."""
    if standing is Standing.REVOKED:
        return Closed.REVOKED, why or "no reason was given"
    return Closed.UNKNOWN, why or "the control plane does not know this node"


def _pieces(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for begin in range(0, len(data), PIECE):
        yield bytes(view[begin : begin + PIECE])
