"""Calls that must be made once: a refresh token that rotates, a logout token that must not repeat.

Whoever asks for the same errand, in whatever process of the node, gets the one answer, also when
the process that asked first is gone. Nodes that share a Redis share the errands as well.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gatepost.values import Call, RedisSettings, Reply


@dataclass(frozen=True, slots=True)
class Errand:
    """One call that is made once.

    name: 64 hex digits that stand for what is spent by it (never the thing itself). grace: seconds
    in which the answer is kept for those who ask late. spent: further seconds in which it is known
    that the errand was done, and it is not done again. share: the Redis of the nodes that share
    it. seal: key of 32 bytes under which the answer lies there. member: the text that the JSON
    object of a real answer holds; one without (somebody's web page, say) is as if nothing was done.
    """

    name: str
    call: Call
    grace: float = 30.0
    spent: float = 0.0
    share: RedisSettings | None = None
    seal: bytes = field(default=b"", repr=False)
    member: str | None = None


class Courier(Protocol):
    """Does errands for all processes of a node."""

    async def once(self, errand: Errand) -> Reply:
        """Return the answer, of this call or of one that somebody else makes or made.

        Raises Fault(by=PROVIDER) as a Fetch does (shared too, for a moment), Fault(by=CLIENT)
        ``errand.spent`` when it was done longer ago than its grace, and Fault(by=OURS) when the
        courier or the shared Redis cannot be reached.
        """
        ...

    async def ahead(self, errand: Errand) -> Reply | None:
        """Return the answer if it is here; else begin the errand without waiting for it.

        Raises what the errand that just failed raised, and ``errand.spent``.
        """
        ...

    async def claim(self, name: str, seconds: float, share: RedisSettings | None = None) -> bool:
        """Return whether this is the first claim of the name within so many seconds."""
        ...
