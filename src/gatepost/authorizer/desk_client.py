"""The agent's desk as an authorizer sees it: a Courier, and who revokes."""

from collections.abc import Sequence
from pathlib import Path
from typing import final

import msgspec

from gatepost.outside import Channel
from gatepost.outside.desk_words import (
    ClaimAsked,
    ErrandAsked,
    RevokeAsked,
    Said,
    raised,
    read,
    write,
)
from gatepost.plugin import Ending, Errand
from gatepost.plugin.courier import LOCK
from gatepost.values import By, Fault, RedisSettings, Reply
from gatepost.values.mac import control_word

_CONNECTIONS = 256
_SHORT = 3.0
_REVOKE = 20.0
"""Seconds for a revocation: the disk, every process of the node, and every room."""


@final
class DeskClient:
    """Calls to the desk. A dead or hung agent is Fault(by=OURS) ``process.silent`` in time."""

    def __init__(self, path: Path, secret: bytes) -> None:
        word = control_word(secret)
        self._channel = Channel(path, "the agent", word=word, connections=_CONNECTIONS)

    async def once(self, errand: Errand) -> Reply:
        """Return the answer, of this call or of one that somebody else makes or made."""
        said = await self._ask("/errand", ErrandAsked(errand), _patience(errand))
        if said.reply is None:
            raise _malformed()
        return said.reply

    async def ahead(self, errand: Errand) -> Reply | None:
        """Return the answer if it is here; else begin the errand without waiting for it."""
        return (await self._ask("/errand", ErrandAsked(errand, ahead=True), _SHORT)).reply

    async def claim(self, name: str, seconds: float, share: RedisSettings | None = None) -> bool:
        """Return whether this is the first claim of the name within so many seconds."""
        patience = _SHORT
        if share is not None:
            patience += share.connect_timeout + share.send_timeout + share.read_timeout
        return (await self._ask("/claim", ClaimAsked(name, seconds, share), patience)).first

    async def revoke(self, endings: Sequence[Ending], why: str) -> None:
        """Revoke tags; return once that bites on this node, and rooms were told."""
        named = [(tag.kind, list(tag.parts), until) for tag, until in endings]
        await self._ask("/revoke", RevokeAsked(named, why), _REVOKE)

    async def close(self) -> None:
        """Close the connections."""
        await self._channel.close()

    async def _ask(
        self, path: str, words: ErrandAsked | ClaimAsked | RevokeAsked, patience: float
    ) -> Said:
        answer = await self._channel.send("POST", path, write(words), deadline=patience)
        try:
            said = read(answer, Said)
        except msgspec.MsgspecError:
            raise _malformed() from None
        if said.fault is not None:
            raise raised(said.fault)
        return said


def _patience(errand: Errand) -> float:
    """Return how long an errand may take: the call, and another node's that died in the middle."""
    return errand.call.transport.timeout + 2 * LOCK + 1.0


def _malformed() -> Fault:
    return Fault("process.refused", "the agent's answer is none.", by=By.OURS, retry_after=1)
