"""What a node sends up of itself beside revocations: reports, and traces where they are wanted."""

import asyncio
from collections.abc import Awaitable, Callable

from gatepost.feed.messages import TRACES, Kept, Message, Wants
from gatepost.node.reporting import Make, Reporting
from gatepost.node.tracing import Fetch, Services, Tracing


class Upward:
    """send: sends a message on the feed; returns whether it could be."""

    def __init__(self, send: Callable[[Message], Awaitable[bool]]) -> None:
        self._send = send
        self._reporting: Reporting | None = None
        self._tracing: Tracing | None = None

    def report(self, make: Make, *, every: float) -> None:
        """Report what ``make`` returns, every so many seconds."""
        self._reporting = Reporting(make, self._send, every=every)

    def trace(self, fetch: Fetch, services: Services) -> None:
        """Send traces to a control plane that wants them."""
        self._tracing = Tracing(fetch, services, self._send)

    def start(self) -> list[asyncio.Task[None]]:
        """Begin; return what runs until it is cancelled."""
        running = {"report": self._reporting, "trace": self._tracing}
        return [
            asyncio.create_task(one.run(), name=name)
            for name, one in running.items()
            if one is not None
        ]

    @property
    def offers(self) -> list[str]:
        """What can be sent, where it is wanted."""
        return [] if self._tracing is None else [TRACES]

    def began(self) -> None:
        """Hear that a connection begins: nobody there has said yet what is wanted."""
        if self._reporting is not None:
            self._reporting.began()
        if self._tracing is not None:
            self._tracing.wanted = False

    def kept(self, kept: Kept) -> None:
        """Hear that a report is kept."""
        if self._reporting is not None:
            self._reporting.kept(kept)

    def wants(self, wants: Wants) -> None:
        """Hear what the control plane wants of what was offered."""
        if self._tracing is not None:
            self._tracing.wanted = TRACES in wants.what

    @property
    def waiting(self) -> int:
        """How many reports are not acknowledged."""
        return self._reporting.waiting if self._reporting is not None else 0
