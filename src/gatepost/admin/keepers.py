"""What the cluster listener needs, kept in the database (``feed.needs``)."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.admin.together import OneReading, OneWriting
from gatepost.feed.needs import Outcome, Page, Sight, Standing, Use
from gatepost.store.database import Database, Node
from gatepost.store.database import Use as Used

_OUTCOMES = {
    Used.OK: Outcome.GOOD,
    Used.UNKNOWN: Outcome.UNKNOWN,
    Used.EXPIRED: Outcome.EXPIRED,
    Used.USED: Outcome.USED,
}

_LOOKED_AT = 1000
"""Of the oldest revocations, how many are looked at whether they have expired."""


class EnrolmentKeeper:
    """One-time tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def use(self, ident: str, digest: str, node: str, key: str) -> Use:
        """Use a token up; see ``feed.needs.Enrolments``."""
        outcome = _OUTCOMES[await self._database.enrolments.use(ident, digest, node, key)]
        found = await self._database.enrolments.get(ident)
        if outcome is not Outcome.GOOD or found is None:
            return Use(outcome if outcome is not Outcome.GOOD else Outcome.UNKNOWN)
        return Use(outcome, found.plane)


class NodeKeeper:
    """The nodes of all planes."""

    def __init__(self, database: Database) -> None:
        self._nodes = database.nodes
        self._planes = database.planes
        self._seeing = OneWriting(self._nodes.change_all)

    async def certified(
        self, plane: str, node: str, *, hostname: str, release: str, serial: str, expires: float
    ) -> None:
        """Note a certificate; see ``feed.needs.Nodes``."""
        told = {"certificate_serial": serial, "certificate_expires_at": expires}
        if hostname:
            told["hostname"] = hostname
        if release:
            told["version"] = release
        if not await self._nodes.change(plane, node, **told):
            await self._nodes.put(Node(plane, node, enrolled_at=time.time(), **told))  # type: ignore[arg-type]

    async def standing(self, plane: str, node: str) -> tuple[Standing, str]:
        """Return what the node is to this plane, and why it may not stay."""
        found = await self._nodes.get(plane, node)
        if found is None:
            gone = await self._planes.get(plane) is None
            return Standing.UNKNOWN, "its control plane was deleted" if gone else ""
        if found.revoked_at is not None:
            return Standing.REVOKED, found.revoked_why
        return Standing.KNOWN, ""

    async def seen(self, plane: str, node: str, sight: Sight) -> None:
        """Note how the node is; of many at one moment all at once."""
        told = {
            "hostname": sight.hostname,
            "ip": sight.ip,
            "version": sight.release,
            "last_seen": time.time(),
            "connected": sight.connected,
            "config_hash": sight.hash,
            "config_version": sight.version,
            "sync_status": sight.sync,
            "sync_reason": sight.reason,
            "proxies": sight.proxies,
        }
        await self._seeing.put((plane, node, told))


class RevocationKeeper:
    """Each plane's numbered log."""

    def __init__(self, database: Database) -> None:
        self._log = database.revocations
        self._reading = OneReading(self._since)

    async def append(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> int:
        """Write entries, all or none; return the last number."""
        numbers = await self._log.append(plane, [dict(one) for one in entries])
        return numbers[-1] if numbers else await self._log.last(plane)

    async def since(self, plane: str, number: int, limit: int) -> Page:
        """Return the entries after that number."""
        return await self._reading.ask((plane, number, limit))

    async def _since(self, asked: tuple[str, int, int]) -> Page:
        """Read them.

        Where the log stands is read first: what was appended between the two reads is in the page
        as well, and ``last`` never lies beyond what was read.
        """
        plane, number, limit = asked
        position = await self._log.position(plane)
        found = await self._log.since(plane, max(number - 1, 0), limit + 1)
        begins = found.pop(0).mark if found and found[0].number == number else ""
        found = found[:limit]
        last = max(position.last, found[-1].number if found else 0)
        ends = found[-1].mark if found else begins
        entries = [(one.number, one.entry) for one in found]
        return Page(position.epoch, position.floor, last, entries, begins=begins, ends=ends)

    async def expired_until(self, plane: str, now: float) -> float:
        """Return a moment before which every entry of a plane has expired, so may be forgotten.

        A node that has not seen those misses nothing: they can concern no credential any more.
        """
        for one in await self._log.since(plane, 0, _LOOKED_AT):
            expires = one.entry.get("expires")
            if expires is None or expires > now:
                return min(now, float(one.entry.get("not_before") or 0.0))
        return 0.0 if await self._log.last(plane) else now
