"""A node's certificate is renewed when two thirds of its life are over, with a new key."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from gatepost.feed.calling import renew
from gatepost.node.identity import Identity
from gatepost.node.places import Places
from gatepost.values import Address, Fault

log = logging.getLogger("gatepost.node")

_LONGEST = 3600.0
"""Seconds between two looks at the clock, which may be set meanwhile."""


class Renewing:
    """Runs beside the feed. renewed: is awaited once a new certificate is on the disk.

    problem: why the latest attempt failed; None when none did.
    """

    def __init__(
        self,
        identity: Identity,
        places: Places,
        renewed: Callable[[], Awaitable[None]],
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.problem: str | None = None
        self._identity = identity
        self._places = places
        self._renewed = renewed
        self._now = now

    async def run(self) -> None:
        """Renew for as long as this runs. One that has expired cannot be renewed any more."""
        while True:
            passport = self._identity.passport
            life = passport.expires - passport.begins
            left = passport.expires - life / 3 - self._now()
            if left > 0:
                await asyncio.sleep(min(left, _LONGEST))
                continue
            if passport.expires > self._now() and await self._try():
                continue
            spread = 0.5 + secrets.randbelow(500) / 1000
            await asyncio.sleep(min(_LONGEST, max(0.2, life / 60)) * spread)

    async def _try(self) -> bool:
        for place in self._places:
            if await self._try_at(place):
                self.problem = None
                log.info("the certificate was renewed")
                await self._renewed()
                return True
        return False

    async def _try_at(self, place: Address) -> bool:
        identity = self._identity
        try:
            certificate = await renew(place, identity.authority, identity.file, identity.request())
            await asyncio.to_thread(identity.renewed, certificate)
        except (Fault, OSError) as error:
            said = str(error)
            if said != self.problem:
                log.warning("the certificate could not be renewed: %s", said)
            self.problem = said
            return False
        return True
