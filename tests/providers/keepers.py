"""What the cluster listener needs, kept in memory."""

import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gatepost.feed.needs import Keepers, Outcome, Page, Publication, Sight, Standing, Use
from gatepost.feed.token import Token
from gatepost.model import Snapshot
from gatepost.values import Address


@dataclass
class Ticket:
    """An enrolment token as it is kept."""

    digest: str
    plane: str
    expires: float
    used_by: tuple[str, str] | None = None


class Tickets:
    def __init__(self, now: Any) -> None:
        self.held: dict[str, Ticket] = {}
        self._now = now

    def make(self, address: Address, pin: str, plane: str, life: float = 3600.0) -> str:
        token = Token.make([address], pin, uuid.uuid4().hex)
        self.held[token.ident] = Ticket(token.digest, plane, self._now() + life)
        return token.encode()

    async def use(self, ident: str, digest: str, node: str, key: str) -> Use:
        ticket = self.held.get(ident)
        if ticket is None or not hmac.compare_digest(ticket.digest, digest):
            return Use(Outcome.UNKNOWN)
        if ticket.expires <= self._now():
            return Use(Outcome.EXPIRED)
        if ticket.used_by not in {None, (node, key)}:
            return Use(Outcome.USED)
        ticket.used_by = node, key
        return Use(Outcome.GOOD, ticket.plane)


class Planes:
    def __init__(self) -> None:
        self.held: dict[str, Publication] = {}

    def publish(self, plane: str, snapshot: Snapshot) -> Publication:
        before = self.held.get(plane)
        made = Publication(before.version + 1 if before else 1, snapshot)
        self.held[plane] = made
        return made

    async def current(self, plane: str) -> Publication | None:
        return self.held.get(plane)


class Members:
    def __init__(self) -> None:
        self.planes: dict[str, str] = {}
        self.certificates: dict[str, list[tuple[str, float]]] = {}
        self.revoked: dict[str, str] = {}
        self.sights: dict[str, Sight] = {}

    async def certified(
        self, plane: str, node: str, *, hostname: str, release: str, serial: str, expires: float
    ) -> None:
        self.planes[node] = plane
        self.certificates.setdefault(node, []).append((serial, expires))

    async def standing(self, plane: str, node: str) -> tuple[Standing, str]:
        if node in self.revoked:
            return Standing.REVOKED, self.revoked[node]
        known = self.planes.get(node) == plane
        return (Standing.KNOWN if known else Standing.UNKNOWN), ""

    async def seen(self, plane: str, node: str, sight: Sight) -> None:
        self.sights[node] = sight


class Log:
    """epoch, floor: may be set, as by a restore or by tidying."""

    def __init__(self) -> None:
        self.epoch = "first"
        self.floor = 1
        self.held: dict[str, list[Mapping[str, Any]]] = {}

    async def append(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> int:
        log = self.held.setdefault(plane, [])
        log += entries
        return len(log)

    async def since(self, plane: str, number: int, limit: int) -> Page:
        log = self.held.get(plane, [])
        found = [(at, one) for at, one in enumerate(log, 1) if at > number and at >= self.floor]
        return Page(self.epoch, self.floor, len(log), tuple(found[:limit]))


@dataclass
class Desk:
    taken: list[tuple[str, str, str, int, Mapping[str, Any]]] = field(default_factory=list)

    async def take(
        self, plane: str, node: str, boot: str, sequence: int, body: Mapping[str, Any]
    ) -> None:
        self.taken.append((plane, node, boot, sequence, body))


@dataclass
class Told:
    """Traces. told: plane, node and entry of each."""

    told: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def take(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        self.told += [(plane, node, one) for one in entries]


class Kept:
    """All of them, with their insides in reach of a test."""

    def __init__(self, now: Any) -> None:
        self.planes = Planes()
        self.tickets = Tickets(now)
        self.members = Members()
        self.log = Log()
        self.desk = Desk()
        self.traces = Told()
        self.keepers = Keepers(
            self.planes, self.tickets, self.members, self.log, self.desk, self.traces
        )
