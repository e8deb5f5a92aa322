"""Revocations that a node shares with its control plane.

Down: the control plane's log is numbered. What it tells is taken as if it was revoked here, then
noted (epoch and number, on disk), then acknowledged. Where numbers are missing or the log is
another one, everything that holds is taken, and every remembered decision forgotten, before that.
Up: what is revoked here, and what came through a Redis. What could not be told is told when the
control plane is back.
"""

import asyncio
import itertools
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gatepost.disk import write_atomically
from gatepost.feed import messages as say
from gatepost.feed.messages import BATCH, Applied, Kept, Message, Revoked
from gatepost.feed.packing import broken
from gatepost.node.revoking import Revoking
from gatepost.node.rooms import CONTROL_PLANE
from gatepost.outside import Coverage
from gatepost.outside.room_words import read_members, write_member
from gatepost.plugin import Revocation

log = logging.getLogger("gatepost.node")

_TELL = 2.0
"""Seconds that telling takes at most: somebody waits for it."""
_MARK = f"(through {CONTROL_PLANE})"

Send = Callable[[Message], Awaitable[bool]]


class _Noted(NamedTuple):
    """What stands on the disk: how far the control plane's log was taken, and the number of the
    node's own log up to which the control plane was told. mark: of the entry ``last``.
    """

    epoch: str
    last: int
    told: int
    mark: str = ""


class _Behind:
    """A log that is told from its beginning on, until it is complete."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.upto = 0
        self.there = Coverage()


class Sharing:
    """The node's side. send: sends a message, returns whether it could. is_connected: whether it
    would. again: asks for a new connection, where what was told was not acknowledged.
    """

    def __init__(
        self,
        file: Path,
        *,
        send: Send,
        is_connected: Callable[[], bool],
        again: Callable[[], Awaitable[None]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._noted = _recall(file)
        self._noting = asyncio.Lock()
        self._file = file
        self._send = send
        self._is_connected = is_connected
        self._again = again
        self._now = now
        self._revoking: Revoking | None = None
        self._behind: _Behind | None = None
        self._there: Coverage | None = None
        self._untold = True
        self._asking: asyncio.Future[None] | None = None
        self._sequences = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def share(self, revoking: Revoking) -> None:
        """Say who is to hear what the control plane tells."""
        self._revoking = revoking

    @property
    def epoch(self) -> str:
        """The control plane's log that was taken; empty before the first."""
        return self._noted.epoch

    @property
    def last(self) -> int:
        """The number of its entries up to which they were taken."""
        return self._noted.last

    @property
    def mark(self) -> str:
        """What the control plane knows the last of these entries by."""
        return self._noted.mark

    @property
    def connected(self) -> bool:
        """Whether the control plane would hear now."""
        return self._is_connected()

    def began(self) -> None:
        """Start over: a connection begins."""
        self._behind = self._there = None
        self._untold = True

    # -- down

    async def hear(self, told: say.Revocations) -> Applied | None:
        """Take what the log says; return what bites, None while more must come first.

        Raises Fault(by=OURS) ``revocation.not_kept``, ``feed.broken``.
        """
        revoking = self._revoking
        assert revoking is not None  # noqa: S101 - the agent shared it at its start
        entries, bad = read_members(json.dumps(one).encode() for one in told.entries)
        if bad:
            log.warning("%s: %d entries are no revocations", CONTROL_PLANE, bad)
        behind = self._place(told)
        now = self._now()
        live = [one for one in entries if one.expires is None or one.expires > now]
        if live:
            await revoking.hear(CONTROL_PLANE, live)
        if behind is None:
            await self._heard(told)
            return Applied(epoch=told.epoch, number=told.upto)
        behind.upto = told.upto
        for one in entries:
            behind.there.add(one)
        if not told.complete:
            return None
        if self.epoch:
            await revoking.gap(CONTROL_PLANE, "its log is not the one that was followed until now")
        self._behind, self._there = None, behind.there
        await self._heard(told, 0)
        return Applied(epoch=told.epoch, number=told.upto)

    def _place(self, told: say.Revocations) -> _Behind | None:
        """Return the log that is read from its beginning on; None where this goes on as it was."""
        behind = self._behind
        if behind is not None and told.epoch == behind.epoch and told.after == behind.upto:
            return behind
        missed = told.epoch != self.epoch or told.after > self.last
        if not missed and not (told.after == 0 and self.last > 0):
            return None
        if told.after:
            raise broken("revocations are missing")
        self._behind = _Behind(told.epoch)
        return self._behind

    # -- up

    async def tell(self, revocations: Sequence[Revocation]) -> bool:
        """Tell the control plane; return whether it keeps them."""
        done = self.connected and await self._up(revocations)
        if not done:
            if self.connected and not self._untold:
                self._asking = asyncio.ensure_future(self._again())
            self._untold = True
            await self._told(min(self._noted.told, revocations[0].number - 1))
        elif not self._untold:
            await self._told(max(one.number for one in revocations))
        return done

    async def caught_up(self) -> None:
        """Tell what the control plane lacks: all of its own has been heard."""
        revoking = self._revoking
        assert revoking is not None  # noqa: S101 - the agent shared it at its start
        there, self._there = self._there, None
        if there is None and not self._untold:
            return
        newest, self._untold = revoking.last, False
        if there is not None:
            lacking = [one for one in revoking.live() if not there.covers(one)]
        else:
            lacking = [one for one in revoking.since(self._noted.told) if _MARK not in one.why]
        if lacking and not await self._up(lacking):
            self._untold = True
            if self.connected:
                await self._again()
            return
        if lacking:
            log.info("%s: told of %d revocations that it lacked", CONTROL_PLANE, len(lacking))
        await self._told(newest)

    def kept(self, kept: Kept) -> None:
        """Hear that something is kept."""
        waiting = self._waiting.pop(kept.sequence, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _up(self, revocations: Sequence[Revocation]) -> bool:
        for begin in range(0, len(revocations), BATCH):
            entries: list[dict[str, Any]] = [
                json.loads(write_member(one)) for one in revocations[begin : begin + BATCH]
            ]
            number = next(self._sequences)
            waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(_TELL):
                    if not await self._send(Revoked(sequence=number, entries=entries)):
                        return False
                    await waiting
            except TimeoutError:
                return False
            finally:
                self._waiting.pop(number, None)
        return True

    async def _heard(self, heard: say.Revocations, told: int | None = None) -> None:
        """Note what was taken; what is acknowledged is on the disk. Raises OSError."""
        async with self._noting:
            told = self._noted.told if told is None else told
            await self._note(_Noted(heard.epoch, heard.upto, told, heard.mark))

    async def _told(self, number: int) -> None:
        """Note what was told; a note that is lost lets it be told twice."""
        async with self._noting:
            try:
                await self._note(self._noted._replace(told=number))
            except OSError as error:
                log.error("what was told could not be noted: %s", error.strerror)

    async def _note(self, noted: _Noted) -> None:
        if noted != self._noted:
            said = json.dumps(noted._asdict()).encode()
            await asyncio.to_thread(write_atomically, self._file, said)
            self._noted = noted


def _recall(file: Path) -> _Noted:
    """Read what was noted; a file that cannot be read is as none: everything is heard again."""
    try:
        said = json.loads(file.read_bytes())
        return _Noted(
            str(said["epoch"]), int(said["last"]), int(said["told"]), str(said.get("mark", ""))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return _Noted("", 0, 0)
