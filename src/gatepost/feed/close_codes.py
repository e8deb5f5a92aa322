"""Why a feed was closed, as WebSocket close codes; the reason beside them is for people."""

from enum import IntEnum


class Closed(IntEnum):
    """4000 and above is what WebSocket leaves to its users."""

    BROKEN = 4400
    """It did not keep to the feed's rules."""
    UNKNOWN = 4401
    """The control plane does not know the node (any more)."""
    REVOKED = 4403
    """The node was revoked."""
    SILENT = 4408
    """Nothing was heard for too long."""
    ELSEWHERE = 4409
    """The same node came by another connection."""
    EXPIRED = 4410
    """The certificate of this connection has expired."""
    STOPPING = 1001
    """The control plane ends."""
    FAILED = 1011
    """The control plane cannot go on; come back later."""


def as_reason(text: str) -> bytes:
    """Return a reason as it may stand in a close frame: at most 120 bytes, of whole characters.

    Half of one would be a breach of the protocol, and the code beside it would not be heard.
    """
    return text.encode("utf-8", "replace")[:120].decode("utf-8", "ignore").encode()
