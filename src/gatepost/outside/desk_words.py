"""The words that authorizers and the agent exchange at the desk, as MessagePack.

    POST /errand   ErrandAsked    →  Said with a reply, with nothing yet, or with a fault
    POST /claim    ClaimAsked     →  Said with first, or with a fault
    POST /revoke   RevokeAsked    →  Said, or with a fault

They hold secrets in the open: the socket is the agent's own, and nothing of this is ever logged.
"""

from typing import Any, TypeVar

import msgspec

from gatepost.plugin import Errand
from gatepost.values import By, Fault, Headers, RedisSettings, Reply, Secret, Tag, TagKind

T = TypeVar("T")


class ErrandAsked(msgspec.Struct):
    """errand: what to do once. ahead: do not wait for it."""

    errand: Errand
    ahead: bool = False


class ClaimAsked(msgspec.Struct):
    """name: what is claimed, for so many seconds, among whom."""

    name: str
    seconds: float
    share: RedisSettings | None = None


class RevokeAsked(msgspec.Struct):
    """endings: kind and parts of each tag, and until when it is kept. why: for people."""

    endings: list[tuple[TagKind, list[str], float | None]]
    why: str

    def pairs(self) -> list[tuple[Tag, float | None]]:
        """Return the endings as plugins write them."""
        return [(Tag(kind, tuple(parts)), until) for kind, parts, until in self.endings]


class FaultSaid(msgspec.Struct):
    """A Fault, whole: whoever asked acts on it as if it was raised beside him."""

    code: str
    message: str
    by: By
    cause: str | None = None
    retry_after: int | None = None


class Said(msgspec.Struct):
    """What the desk answers."""

    reply: Reply | None = None
    first: bool = False
    fault: FaultSaid | None = None


def write(words: ErrandAsked | ClaimAsked | RevokeAsked | Said) -> bytes:
    """Write words for the wire."""
    return msgspec.msgpack.encode(words, enc_hook=_plain)


def read(data: bytes, kind: type[T]) -> T:
    """Read words of one kind. Raises msgspec.MsgspecError."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_ours)


def fault_said(fault: Fault) -> Said:
    """Return what to answer when something was raised."""
    told = FaultSaid(fault.code, fault.message, fault.by, fault.cause, fault.retry_after)
    return Said(fault=told)


def raised(told: FaultSaid) -> Fault:
    """Return the Fault that was raised at the other end."""
    return Fault(
        told.code, told.message, by=told.by, cause=told.cause, retry_after=told.retry_after
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Headers):
        return [list(field) for field in value]
    raise NotImplementedError(type(value).__name__)


def _ours(kind: type[Any], value: Any) -> Any:
    if kind is Secret:
        return Secret(value)
    if kind is Headers:
        return Headers((str(name), str(held)) for name, held in value)
    raise NotImplementedError(kind.__name__)
