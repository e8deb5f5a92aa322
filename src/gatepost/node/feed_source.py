"""A node of a control plane: what it publishes is the truth, and what it last gave until then.

At its start the node asks the control plane first. Where that does not answer, or gives nothing
that can be run, the node starts with what it last ran; without that it waits.
"""

import asyncio
import logging
import socket
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientWebSocketResponse

from gatepost import __version__
from gatepost.feed import keep, recall
from gatepost.feed import messages as say
from gatepost.feed.calling import open_feed
from gatepost.feed.difference import apply, read
from gatepost.feed.following import Arrival, Following
from gatepost.feed.packing import broken, unpack
from gatepost.feed.patience import Patience
from gatepost.model import Snapshot
from gatepost.node.enrolling import become_member
from gatepost.node.identity import Identity
from gatepost.node.lasting_secret import lasting_secret
from gatepost.node.places import Places
from gatepost.node.prefix import Prefix
from gatepost.node.reading import Configuration, Kept, configure
from gatepost.node.renewing import Renewing
from gatepost.node.reporting import Make
from gatepost.node.revoking import Revoking
from gatepost.node.settings import NodeSettings
from gatepost.node.sharing import Sharing
from gatepost.node.source import Take
from gatepost.node.tracing import Fetch, Services
from gatepost.node.upward import Upward
from gatepost.plugin import Plan
from gatepost.values import By, Fault

log = logging.getLogger("gatepost.node")

_ASK = 3.0
"""Seconds for which a node that has something to start with waits for something newer."""
_RETRY = 10.0
"""Seconds after which a configuration is tried again that could not be pushed."""


class FeedSource:
    """Follows a control plane. Raises Fault ``secret.unusable``, ``identity.unusable``."""

    def __init__(
        self,
        settings: NodeSettings,
        prefix: Prefix,
        *,
        secret: bytes,
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._node_secret = lasting_secret(prefix.lasting_secret)
        self._kept = Kept()
        self._patience = patience or Patience()
        self._identity = Identity(prefix.control_plane)
        self._places: Places | None = None
        self._boot = uuid.uuid4().hex
        self._following = Following(
            self._dial,
            self,
            ways=lambda: len(self._places or ()),
            patience=self._patience,
        )
        self._sharing = Sharing(
            self._identity.revocations,
            send=self._following.send,
            is_connected=lambda: self._following.connected,
            again=self._following.reconnect,
        )
        self._upward = Upward(self._following.send)
        self._renewing: Renewing | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshot: Snapshot | None = None
        self._hash, self._version = "", 0
        self._proxies: list[str] = []
        self._current: str | None = None
        self._refusal: str | None = None
        self._joining: str | None = None
        self._firsts: asyncio.Queue[Configuration | None] = asyncio.Queue()
        self._take: Take | None = None
        self._live = asyncio.Event()
        self._again: asyncio.Task[None] | None = None

    # -- the source

    @property
    def problem(self) -> str | None:
        """Why what the control plane published was refused; whether it is there says ``status``."""
        return self._refusal

    @property
    def teller(self) -> Sharing:
        """The control plane, which hears of revocations."""
        return self._sharing

    def share(self, revoking: Revoking) -> None:
        """Let the control plane's revocations reach the node."""
        self._sharing.share(revoking)

    def report(self, make: Make, *, every: float) -> None:
        """Report what ``make`` returns, every so many seconds; before ``first``."""
        self._upward.report(make, every=every)

    def trace(self, fetch: Fetch, services: Services) -> None:
        """Send traces where they are wanted; before ``first``."""
        self._upward.trace(fetch, services)

    def serves(self, addresses: Sequence[str]) -> None:
        """Hear where the node serves."""
        self._proxies = [*addresses]

    async def first(self) -> Configuration:
        """Return what the control plane gives, or what it last gave. Raises Fault (operator) when
        the node is not enrolled and cannot be.
        """
        self._places = await become_member(
            self._identity,
            self._settings.token,
            self._settings.control_plane,
            patience=self._patience,
            problem=self._problem,
        )
        held = self._held()
        if held is not None:
            self._snapshot, self._hash = held, held.hash
        self._renewing = Renewing(self._identity, self._places, self._following.reconnect)
        self._following.start()
        self._tasks.append(asyncio.create_task(self._renewing.run(), name="renew"))
        self._tasks += self._upward.start()
        while True:
            found = await self._next(_ASK if held is not None else None)
            if found is None and held is not None:
                found, held = await self._from_disk(held), None
                if found is not None and self._current != self._hash:
                    log.warning("starting with what the control plane last gave")
            if found is not None:
                return found
            log.warning("waiting for a first configuration from the control plane")

    async def _next(self, patience: float | None) -> Configuration | None:
        """Return what the control plane gives; None for nothing of use, or not in time."""
        getting = asyncio.create_task(self._firsts.get())
        failing = asyncio.create_task(self._failed())
        try:
            waited = {getting, failing} if patience is not None else {getting}
            await asyncio.wait(waited, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            for task in (getting, failing):
                task.cancel()
            await asyncio.gather(getting, failing, return_exceptions=True)

    async def _failed(self) -> None:
        """Wait until it is clear that the control plane is not there."""
        await self._following.tried.wait()
        if self._following.connected:
            await asyncio.Event().wait()

    async def _from_disk(self, held: Snapshot) -> Configuration | None:
        try:
            return await asyncio.to_thread(self._configure, held, {})
        except Fault as fault:
            log.error("what the control plane last gave cannot be run here: %s", fault.message)
            self._snapshot, self._hash = None, ""
            return None

    async def follow(self, take: Take, look_now: asyncio.Event) -> None:
        """Take what comes."""
        self._take = take
        self._live.set()
        await self._following.send(self._state(""))  # where it serves, which hello did not know
        while True:
            await look_now.wait()
            look_now.clear()
            await self._following.reconnect()

    async def tried(self) -> None:
        """Wait until what was revoked meanwhile was heard, or the control plane is away."""
        try:
            await asyncio.wait_for(self._following.tried.wait(), _ASK)
        except TimeoutError:
            log.warning("starting without the control plane's revocations: it does not answer")

    def keep(self, configuration: Configuration) -> None:
        """Write it down for the next start. Raises OSError."""
        keep(configuration.snapshot, self._identity.configuration)

    def status(self) -> dict[str, Any]:
        """Return how things stand with the control plane."""
        following = self._following
        enrolment = self._identity.enrolment
        expires = self._identity.passport.expires if enrolment is not None else None
        places = self._places or next(iter(self._settings.control_plane), None)
        address = places.current if isinstance(places, Places) else places
        return {
            "configuration": {"version": self._version},
            "control_plane": {
                "address": str(address or ""),
                "node": self._identity.node,
                "plane": enrolment.plane if enrolment is not None else None,
                "connected": following.connected,
                "since": round(following.since, 3),
                "problem": self._joining or following.problem,
                "sync": self._sync(),
                "certificate_expires": expires,
                "renewal_problem": self._renewing.problem if self._renewing else None,
                "revocations": {"epoch": self._sharing.epoch, "last": self._sharing.last},
                "reports_waiting": self._upward.waiting,
            },
        }

    async def stop(self) -> None:
        """Follow no longer."""
        for task in [*self._tasks, *([self._again] if self._again else [])]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._following.stop()

    # -- the follower

    def hello(self) -> say.Hello:
        """Say what this node runs and has heard."""
        self._sharing.began()
        self._upward.began()
        return say.Hello(
            protocol=say.PROTOCOL,
            node=self._identity.node,
            hostname=socket.gethostname(),
            release=__version__,
            boot=self._boot,
            hash=self._hash,
            version=self._version,
            sync=self._sync(),
            reason=(self._refusal or "")[:4000],
            epoch=self._sharing.epoch,
            last=self._sharing.last,
            mark=self._sharing.mark,
            offers=self._upward.offers,
            proxies=self._proxies,
        )

    def current(self, current: say.Current) -> say.State:
        """Hear that nothing is newer."""
        self._current = current.hash
        if current.hash:
            self._version, self._refusal = current.version, None
        elif self._hash:
            log.warning("the control plane publishes nothing; what runs goes on")
        if self._take is None:
            self._firsts.put_nowait(None)
        return self._state(current.hash)

    async def take(self, arrival: Arrival) -> say.State:
        """Take a configuration, or say why not."""
        offer = arrival.offer
        try:
            snapshot = await asyncio.to_thread(self._read, arrival)
        except Fault as fault:
            if offer.base:
                log.warning("a difference did not fit (%s); the whole is asked for", fault.cause)
                return self._state(offer.hash, whole=True)
            return self._refused(offer, fault)
        return await self._run(arrival, snapshot)

    async def _run(self, arrival: Arrival, snapshot: Snapshot) -> say.State:
        offer = arrival.offer
        try:
            if self._take is None:
                self._firsts.put_nowait(await asyncio.to_thread(self._configure, snapshot, {}))
                await self._live.wait()
            assert self._take is not None  # noqa: S101 - follow has begun
            await self._take(lambda known: self._configure(snapshot, known))
        except (Fault, OSError) as error:
            if self._take is None:
                self._firsts.put_nowait(None)
            elif not isinstance(error, Fault) or error.by is not By.OPERATOR:
                self._retry(arrival, snapshot)
            return self._refused(offer, error)
        self._snapshot, self._hash, self._version = snapshot, offer.hash, offer.version
        self._refusal = None
        took = time.monotonic() - arrival.began
        log.info(
            "configuration taken in %.0f ms (%s), %.0f ms after it was published",
            took * 1000, offer.hash[:12], (offer.age + took) * 1000,
        )  # fmt: skip
        return self._state(offer.hash)

    def _retry(self, arrival: Arrival, snapshot: Snapshot) -> None:
        async def again() -> None:
            await asyncio.sleep(_RETRY)
            await self._following.send(await self._run(arrival, snapshot))

        if self._again is not None:
            self._again.cancel()
        self._again = asyncio.create_task(again(), name="try a configuration again")

    async def hear(self, revocations: say.Revocations) -> say.Applied | None:
        """Take revocations."""
        return await self._sharing.hear(revocations)

    async def caught_up(self) -> None:
        """Tell what was revoked here."""
        await self._sharing.caught_up()

    def kept(self, kept: say.Kept) -> None:
        """Hear what is kept."""
        if kept.what == "revoked":
            self._sharing.kept(kept)
        else:
            self._upward.kept(kept)

    def wants(self, wants: say.Wants) -> None:
        """Hear what is wanted."""
        self._upward.wants(wants)

    def refused(self, code: int, reason: str) -> None:
        """Remember that the control plane does not want this node."""
        self._identity.revoked()

    @asynccontextmanager
    async def _dial(self) -> AsyncIterator[ClientWebSocketResponse]:
        assert self._places is not None  # noqa: S101 - it follows once it is a member
        identity = self._identity
        identity.must_be_good(time.time())
        try:
            async with open_feed(
                self._places.current, identity.authority, identity.file
            ) as socket_:
                yield socket_
        finally:
            self._places.turn()  # whoever closed a feed may not be there, or not be well

    def _problem(self, said: str | None) -> None:
        self._joining = said

    def _held(self) -> Snapshot | None:
        try:
            return recall(self._identity.configuration)
        except Fault as fault:
            log.error("%s", fault.message)
            return None

    def _read(self, arrival: Arrival) -> Snapshot:
        offer, held = arrival.offer, self._snapshot
        data = unpack(arrival.data, offer.plain)
        if not offer.base:
            return read(data, offer.hash, held)
        if held is None or self._hash != offer.base:
            raise broken("it is the difference to something that does not run here")
        return apply(held, data, offer.hash)

    def _configure(self, snapshot: Snapshot, known: Mapping[str, Plan]) -> Configuration:
        return configure(
            snapshot,
            "the configuration of the control plane",
            secret=self._secret,
            node_secret=self._node_secret,
            vault=self._settings.vault,
            known=known,
            kept=self._kept,
        )

    def _sync(self) -> str:
        if self._refusal is not None:
            return "refused"
        return "normal" if self._hash else "waiting"

    def _state(self, answers: str, *, whole: bool = False) -> say.State:
        return say.State(
            answers=answers,
            hash=self._hash,
            version=self._version,
            sync=self._sync(),
            reason=(self._refusal or "")[:4000],
            whole=whole,
            proxies=self._proxies,
        )

    def _refused(self, offer: say.Offer, error: Fault | OSError) -> say.State:
        said = error.message if isinstance(error, Fault) else str(error.strerror)
        cause = f" ({error.cause})" if isinstance(error, Fault) and error.cause else ""
        self._refusal = f"{said}{cause}"
        log.error("version %d is refused: %s", offer.version, self._refusal)
        log.error("the configuration stays as it was")
        if self._take is None:
            self._firsts.put_nowait(None)
        return self._state(offer.hash)
