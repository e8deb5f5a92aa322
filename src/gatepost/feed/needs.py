"""What the cluster listener needs of whoever keeps things: small stores, as Protocols.

Every method may be called at any time and from many connections at once. One that raises closes
the connection that asked; the node comes back and asks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from gatepost.model import Snapshot


@dataclass(frozen=True)
class Publication:
    """What a plane's nodes should run. version: rises with each change of the plane."""

    version: int
    snapshot: Snapshot = field(repr=False)

    @property
    def hash(self) -> str:
        """The Snapshot's own: 64 hexadecimal digits."""
        return self.snapshot.hash

    @cached_property
    def data(self) -> bytes:
        """The Snapshot as it travels, before it is packed."""
        return self.snapshot.to_bytes()


class Configurations(Protocol):
    """What runs where."""

    async def current(self, plane: str) -> Publication | None:
        """Return what the nodes of a plane should run now; None before there is anything.

        Give the same Publication for the same version, and entities that did not change as the
        objects they were: what was worked out for them is used again. Every connection asks when
        something changed, and once in 15 s.
        """
        ...


class Outcome(StrEnum):
    """What became of an enrolment token."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Use:
    """The answer to the use of a token. plane: whose node it makes, where the outcome is good."""

    outcome: Outcome
    plane: str = ""


class Enrolments(Protocol):
    """One-time tokens. They are kept as digests alone."""

    async def use(self, ident: str, digest: str, node: str, key: str) -> Use:
        """Use a token up, in one step, also where several ask at once.

        ident: the token's id. digest: SHA-256 of its secret, 64 hexadecimal digits (compare in
        constant time; another one is UNKNOWN). node: id of the node. key: fingerprint of the key
        that the certificate is wanted for. The same key may use it again until it expires: the
        first answer may have been lost.
        """
        ...


class Standing(StrEnum):
    """What a node is to its plane."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a node at this moment.

    connected: whether its feed is open. hash, version: of the configuration that it runs, empty
    and 0 for none. sync: ``normal``, ``refused`` (reason says why) or ``waiting`` for its first.
    proxies: URLs of its listeners, as it says.
    """

    hostname: str
    ip: str
    release: str
    connected: bool
    hash: str
    version: int
    sync: str
    reason: str = ""
    proxies: tuple[str, ...] = ()


class Nodes(Protocol):
    """The nodes of all planes."""

    async def certified(
        self, plane: str, node: str, *, hostname: str, release: str, serial: str, expires: float
    ) -> None:
        """Note a certificate before it is given away: at the enrolment, and at each renewal.

        The first makes the node known; one that was of another plane moves. serial: hexadecimal.
        expires: wall seconds. hostname, release: empty when they are not told anew. A node that
        is revoked stays so.
        """
        ...

    async def standing(self, plane: str, node: str) -> tuple[Standing, str]:
        """Return what the node is to this plane, and for people why it may not stay."""
        ...

    async def seen(self, plane: str, node: str, sight: Sight) -> None:
        """Note how the node is: when it comes, changes or goes, and once a minute."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a plane's log of revocations, read at one moment.

    epoch: another one whenever the log is not the one it was (made anew, restored from a backup).
    floor: the number of the oldest entry that is still held; last + 1 for none. last: the number
    of the newest entry ever, 0 before the first. entries: (number, revocation), rising. begins:
    what the entry after which was asked is known by, ends: what the last of ``entries`` is (of
    none, the same); empty where it is not held. Two logs may have come to the same number, and
    not to that.
    """

    epoch: str
    floor: int
    last: int
    entries: Sequence[tuple[int, Mapping[str, Any]]] = ()
    begins: str = ""
    ends: str = ""


class Revocations(Protocol):
    """Each plane's numbered log. An entry is a ``plugin.Revocation`` as JSON without its number."""

    async def append(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> int:
        """Write entries, all or none, numbered without gaps; return the last number."""
        ...

    async def since(self, plane: str, number: int, limit: int) -> Page:
        """Return the entries after that number, at most so many."""
        ...


class Reports(Protocol):
    """Who takes what nodes report of themselves."""

    async def take(
        self, plane: str, node: str, boot: str, sequence: int, body: Mapping[str, Any]
    ) -> None:
        """Keep a report before it is acknowledged.

        sequence rises by one in each boot of a node. Of one boot each comes once from a listener,
        and may come again through another: (node, boot, sequence) tells.
        """
        ...


class Traces(Protocol):
    """Who takes what became of single requests."""

    def take(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Keep them soon, or not at all: nobody waits for it. What is malformed is passed over."""
        ...


@dataclass(frozen=True, slots=True)
class Keepers:
    """All of them. traces: None where nobody wants any."""

    configurations: Configurations
    enrolments: Enrolments
    nodes: Nodes
    revocations: Revocations
    reports: Reports
    traces: Traces | None = None
