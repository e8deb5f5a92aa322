"""Where nodes come to: the cluster listener over the database, and what is tidied behind it.

One process of several on the same PostgreSQL hears of what the others wrote by the database's own
notifications, and tells the nodes that are connected to it.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gatepost.admin.counting import Counting
from gatepost.admin.keepers import EnrolmentKeeper, NodeKeeper, RevocationKeeper
from gatepost.admin.live import Live
from gatepost.admin.tracing import Tracing
from gatepost.feed.authority import DAY, fingerprint, make_authority
from gatepost.feed.authority import Authority as Signer
from gatepost.feed.listener import ClusterListener, Reached
from gatepost.feed.needs import Keepers
from gatepost.feed.token import Token
from gatepost.store.database import GONE, Authority, Database, Enrolment
from gatepost.values import Address, By, Fault, Secret

log = logging.getLogger("gatepost.admin")

_TIDY = 60.0
FRESH = 150.0
"""Seconds after which a node that was not seen is not connected any more, whoever it was at."""
_AUDIT_KEPT = 366 * DAY
_TOKEN_KEPT = 30 * DAY
"""Seconds after their end for which enrolment tokens are listed."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A new enrolment token. text: the token itself, which nobody can show again."""

    enrolment: Enrolment
    text: Secret


class Cluster:
    """The nodes of all planes, from ``start`` to ``stop``.

    life: seconds that a node's certificate lives.
    """

    name = "cluster"

    def __init__(self, database: Database, address: Address, *, life: float = 30 * DAY) -> None:
        self._database = database
        self._address = address
        self.life = life
        self.live = Live(database)
        self.counting = Counting(database, time.time)
        self.tracing = Tracing(database, time.time)
        self._revocations = RevocationKeeper(database)
        self._listener: ClusterListener | None = None
        self._pin = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> str:
        """Begin to take nodes; return where. OSError when the port is taken, Fault."""
        kept = await self._database.authority.get_or_make(_made)
        signer = Signer(kept.certificate.encode(), kept.key.reveal().encode())
        self._pin = fingerprint(signer.certificate)
        keepers = Keepers(
            configurations=self.live,
            enrolments=EnrolmentKeeper(self._database),
            nodes=NodeKeeper(self._database),
            revocations=self._revocations,
            reports=self.counting,
            traces=self.tracing,
        )
        listener = ClusterListener(self._address, signer, keepers, life=self.life)
        self._address = await listener.start()
        self._listener = listener
        self._tasks = [
            asyncio.create_task(self._forever(self._follow_configurations), name="follow writes"),
            asyncio.create_task(self._forever(self._follow_revocations), name="follow the log"),
            asyncio.create_task(self._forever(self._follow_nodes), name="follow who may stay"),
            asyncio.create_task(self._forever(self._tidy), name="tidy"),
        ]
        return str(self._address)

    async def stop(self) -> None:
        """Let the nodes go, after what they reported is written."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener is not None:
            await self._listener.stop()
        await self.counting.stop()
        await self.tracing.stop()

    # -- what the Admin API asks for

    async def admit(
        self, plane: str, *, seconds: float, addresses: Sequence[Address] = ()
    ) -> Admission:
        """Make a token that admits one node. addresses: where that node will find us."""
        token = Token.make(addresses or (self._address,), self._pin, secrets.token_hex(8))
        kept = await self._database.enrolments.add(
            plane, token.digest, expires_at=time.time() + seconds, ident=token.ident
        )
        return Admission(kept, Secret(token.encode()))

    @property
    def address(self) -> Address:
        """Where nodes come to."""
        return self._address

    async def revoke(self, plane: str, entries: Sequence[dict[str, Any]]) -> Reached:
        """Write revocations down and wait, some seconds at most, until they bite at the nodes."""
        if self._listener is None:
            raise _starting()
        return await self._listener.revoked(plane, entries)

    async def elsewhere(self, plane: str) -> list[str]:
        """Return the ids of nodes that follow the plane through another process."""
        seen = await self._database.nodes.seen_since(plane, time.time() - FRESH)
        return sorted(set(seen) - self.connected(plane))

    async def dismiss(self, plane: str, node: str, why: str) -> bool:
        """Turn a node away for good; return whether there is one that was not turned away."""
        done = await self._database.nodes.revoke(plane, node, why)
        if done and self._listener is not None:
            await self._listener.dismiss(plane, node, why)
        return done

    def connected(self, plane: str) -> frozenset[str]:
        """Return the ids of the nodes that follow a plane through this process."""
        return frozenset(self._listener.connected(plane)) if self._listener else frozenset()

    # -- inside

    async def _follow_configurations(self) -> None:
        async for plane, version in self._database.changes():
            if self._listener is not None and version == GONE:
                self._listener.review(plane)
            elif self._listener is not None:
                self._listener.changed(plane)

    async def _follow_revocations(self) -> None:
        async for plane, _ in self._database.revocations.changes():
            if self._listener is not None:
                self._listener.changed(plane)

    async def _follow_nodes(self) -> None:
        async for plane, _ in self._database.nodes.changes():
            if self._listener is not None:
                self._listener.review(plane)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(_TIDY)
            now = time.time()
            await self.counting.forget_old()
            await self.tracing.forget_old()
            await self._database.enrolments.prune(now - _TOKEN_KEPT)
            await self._database.audit.prune(now - _AUDIT_KEPT)
            # each by itself: what one plane has to keep must not keep the others' too
            for plane in await self._database.planes.all():
                until = await self._revocations.expired_until(plane.id, now)
                await self._database.revocations.prune(plane.id, until)

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it again when it fails: a database that is away for a while must not end it."""
        while True:
            try:
                await work()
            except Fault as fault:
                log.error("%s; tried again", fault)
            await asyncio.sleep(1.0)


def _made() -> Authority:
    made = make_authority(now=time.time())
    return Authority(made.certificate.decode(), Secret(made.key.decode()))


def _starting() -> Fault:
    return Fault("admin.starting", "The control plane is not ready yet.", by=By.OURS, retry_after=1)
