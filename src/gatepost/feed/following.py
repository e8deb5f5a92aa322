"""The node's side of the feed: connected for as long as it runs, whatever happens.

A connection ends when the other side is silent, breaks a rule or says goodbye; the next attempt
comes after a pause that doubles and is never the same for all nodes. A configuration is taken
beside the reading, so that revocations are heard meanwhile.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, final

from aiohttp import ClientWebSocketResponse, WSMsgType

from gatepost.feed import messages as say
from gatepost.feed.close_codes import Closed
from gatepost.feed.packing import LARGEST, broken
from gatepost.feed.patience import Patience
from gatepost.values import By, Fault

log = logging.getLogger("gatepost.feed")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A configuration that arrived whole, packed. began: when its offer came (monotonic)."""

    offer: say.Offer
    data: bytes = field(repr=False)
    began: float


class Follower(Protocol):
    """Who follows: the node."""

    def hello(self) -> say.Hello:
        """Return what to begin with."""
        ...

    def current(self, current: say.Current) -> say.State:
        """Hear that nothing is newer than what runs; return how things are."""
        ...

    async def take(self, arrival: Arrival) -> say.State:
        """Take a configuration or refuse it; return how things are then. Raises nothing."""
        ...

    async def hear(self, revocations: say.Revocations) -> say.Applied | None:
        """Take revocations; return what bites, None while more is to come first."""
        ...

    def kept(self, kept: say.Kept) -> None:
        """Hear that something is kept which was sent up."""
        ...

    def wants(self, wants: say.Wants) -> None:
        """Hear what is wanted of what was offered."""
        ...

    async def caught_up(self) -> None:
        """Send up what the control plane lacks; it told everything that it has."""
        ...

    def refused(self, code: int, reason: str) -> None:
        """Hear that the control plane does not want this node; it is asked again."""
        ...


Dial = Callable[[], AbstractAsyncContextManager[ClientWebSocketResponse]]


@final
class Following:
    """The connection. dial: opens one; raises Fault. ways: to how many places it dials in turn.

    connected: whether it is there. since: wall seconds of the last change of that. problem: why it
    is not. tried: set once it is known whether the control plane is there, and what it has to say
    has been taken.
    """

    def __init__(
        self,
        dial: Dial,
        node: Follower,
        *,
        ways: Callable[[], int] = lambda: 1,
        patience: Patience | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.connected = False
        self.since = now()
        self.problem: str | None = None
        self.tried = asyncio.Event()
        self._dial = dial
        self._ways = ways
        self._node = node
        self._patience = patience or Patience()
        self._now = now
        self._failures = 0
        self._socket: ClientWebSocketResponse | None = None
        self._heard = 0.0
        self._arriving: tuple[say.Offer, bytearray, float] | None = None
        self._taking: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._again = asyncio.Event()

    def start(self) -> None:
        """Follow."""
        self._task = asyncio.create_task(self._run(), name="follow the control plane")

    async def stop(self) -> None:
        """Follow no longer."""
        for task in (self._task, self._taking, self._telling):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def reconnect(self) -> None:
        """Connect anew, such as with a new certificate."""
        self._failures = 0
        self._again.set()
        if self._socket is not None:
            await self._socket.close()

    async def send(self, message: say.Message) -> bool:
        """Send a message; return whether it could be. What must arrive is answered."""
        socket = self._socket
        if socket is None or socket.closed:
            return False
        try:
            await socket.send_str(say.write(message))
        except (ConnectionError, RuntimeError):
            return False
        return True

    # -- life of a connection

    async def _run(self) -> None:
        while True:
            try:
                await self._once()
            except Fault as fault:
                self._lost(fault.message, fault.cause)
            except (ConnectionError, TimeoutError, OSError) as error:
                self._lost("The connection to the control plane broke.", type(error).__name__)
            except Exception as error:  # a surprise must not end it: the node would hear no more
                log.exception("the feed failed")
                self._lost("The feed failed.", type(error).__name__)
            if self._failures >= self._ways():
                self.tried.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), self._pause())

    async def _once(self) -> None:
        self._again.clear()
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(self._patience.connect):
                    socket = await stack.enter_async_context(self._dial())
                    await socket.send_str(say.write(self._node.hello()))
            except TimeoutError:
                raise unanswered() from None
            self._heard = time.monotonic()
            self._socket, self._arriving = socket, None
            watching = asyncio.create_task(self._watch(socket), name="watch the control plane")
            try:
                code, reason = await self._read(socket)
                if not self._again.is_set():
                    raise self._goodbye(code, reason)
                self.connected, self.since = False, self._now()  # as somebody here wished
            finally:
                self._socket = None
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)

    async def _read(self, socket: ClientWebSocketResponse) -> tuple[int, str]:
        """Read until the end; return the code and the reason of it."""
        while True:
            message = await socket.receive()
            self._heard = time.monotonic()
            match message.type:
                case WSMsgType.TEXT:
                    await self._hear(say.read_from_control_plane(message.data))
                case WSMsgType.BINARY:
                    self._piece(message.data)
                case WSMsgType.CLOSE:
                    return int(message.data or 0), str(message.extra or "")[:500]
                case _:
                    return socket.close_code or 0, ""

    def _goodbye(self, code: int, reason: str) -> Fault:
        if code in {Closed.UNKNOWN, Closed.REVOKED}:
            self._node.refused(code, reason)
            what = (
                "The control plane revoked this node"
                if code == Closed.REVOKED
                else ("The control plane does not know this node")
            )
            return Fault(
                "node.revoked",
                f"{what}; it goes on with what it has. To take part again, start it with a new "
                "token.",
                by=By.CLIENT,
                cause=reason,
            )
        return Fault(
            "control_plane.unreachable",
            "The control plane closed the feed.",
            by=By.OURS,
            cause=f"{code} {reason}".strip(),
        )

    async def _watch(self, socket: ClientWebSocketResponse) -> None:
        patience, pinged = self._patience, time.monotonic()
        while True:
            await asyncio.sleep(min(patience.ping, patience.silence) / 4)
            now = time.monotonic()
            if now - self._heard > patience.silence:
                log.warning("nothing was heard from the control plane for too long")
                await socket.close(code=Closed.SILENT, message=b"nothing was heard")
                return
            if now - pinged > patience.ping:
                pinged = now
                await self.send(say.Ping())

    # -- what is heard

    async def _hear(self, message: say.FromControlPlane) -> None:
        self._here()
        match message:
            case say.Ping():
                pass
            case say.Current():
                await self.send(self._node.current(message))
            case say.Offer():
                self._offer(message)
            case say.Revocations():
                applied = await self._node.hear(message)
                if applied is not None:
                    await self.send(applied)
                if message.complete and not self.tried.is_set():
                    self.tried.set()
                if message.complete:
                    self._telling = asyncio.create_task(self._node.caught_up(), name="tell")
            case say.Kept():
                self._node.kept(message)
            case say.Wants():
                self._node.wants(message)

    def _offer(self, offer: say.Offer) -> None:
        if self._arriving is not None:
            raise broken("a configuration came amid another")
        if not 0 < offer.packed <= LARGEST or not 0 < offer.plain <= LARGEST:
            raise broken("a configuration is larger than 256 MiB")
        self._arriving = offer, bytearray(), time.monotonic()

    def _piece(self, piece: bytes) -> None:
        if self._arriving is None:
            raise broken("bytes came that nobody announced")
        offer, data, began = self._arriving
        data += piece
        if len(data) > offer.packed:
            raise broken("more bytes came than were announced")
        if len(data) == offer.packed:
            self._arriving = None
            work = self._take(Arrival(offer, bytes(data), began), self._taking)
            self._taking = asyncio.create_task(work, name="take a configuration")

    async def _take(self, arrival: Arrival, before: asyncio.Task[None] | None) -> None:
        if before is not None:  # of a connection before: it goes to its end
            await asyncio.gather(before, return_exceptions=True)
        await self.send(await self._node.take(arrival))

    # -- how it is

    def _here(self) -> None:
        if not self.connected:
            self.connected, self.since, self.problem = True, self._now(), None
            self._failures = 0
            log.info("connected to the control plane")

    def _lost(self, problem: str, cause: str | None) -> None:
        said = f"{problem} ({cause})" if cause else problem
        if self.connected:
            self.connected, self.since = False, self._now()
        if said != self.problem:
            log.warning("%s It is tried again.", said)
        self.problem = said
        self._failures += 1

    def _pause(self) -> float:
        patience = self._patience
        longest = min(patience.most, patience.first * 2.0 ** min(self._failures - 1, 10))
        return longest * (0.5 + secrets.randbelow(500) / 1000)  # not all nodes at one moment


def unanswered() -> Fault:
    """Return the Fault of a control plane that does not answer in time."""
    return Fault(
        "control_plane.unreachable",
        "The control plane cannot be reached.",
        by=By.OURS,
        cause="it did not answer in time",
    )
