"""Where a node's configurations come from, as the agent sees it: a file, or a control plane."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from gatepost.node.reading import Configuration
from gatepost.node.reporting import Make
from gatepost.node.revoking import Revoking
from gatepost.node.rooms import Teller
from gatepost.node.tracing import Fetch, Services
from gatepost.plugin import Plan

Read = Callable[[Mapping[str, Plan]], Configuration]
"""Makes a Configuration; it is given the plans that were built before. Raises Fault, OSError."""
Take = Callable[[Read], Awaitable[bool]]
"""Lets the node run what is read; returns whether anything is different. Raises as it was raised;
what ran before goes on then."""


class Source(Protocol):
    """Gives the first configuration, and from then on each that follows."""

    @property
    def problem(self) -> str | None:
        """Why what runs is not what is wished; None when it is."""
        ...

    @property
    def teller(self) -> Teller | None:
        """Who above the node is to hear of revocations; None for nobody."""
        ...

    def share(self, revoking: Revoking) -> None:
        """Let revocations come from there too; before ``first``."""
        ...

    def report(self, make: Make, *, every: float) -> None:
        """Let the node's reports go there, one every so many seconds; before ``first``."""
        ...

    def trace(self, fetch: Fetch, services: Services) -> None:
        """Let traces go there, where they are wanted; before ``first``."""
        ...

    def serves(self, addresses: Sequence[str]) -> None:
        """Hear where the node serves (URLs), once it does; before ``follow``."""
        ...

    async def first(self) -> Configuration:
        """Return what to start with, however long it takes to come. Raises Fault."""
        ...

    async def follow(self, take: Take, look_now: asyncio.Event) -> None:
        """Give what is new, for as long as this runs. look_now: somebody asks to look."""
        ...

    async def tried(self) -> None:
        """Wait, but not long, until what was revoked meanwhile has been heard."""
        ...

    def keep(self, configuration: Configuration) -> None:
        """Write it down for the next start. Raises OSError."""
        ...

    def status(self) -> dict[str, Any]:
        """Return what the status API shows: of ``configuration``, and more beside it."""
        ...

    async def stop(self) -> None:
        """Follow no longer."""
        ...
