"""Who is let in: tokens of the database, the token of the settings, people who logged in."""

import time
from collections.abc import Mapping
from typing import final

from starlette.datastructures import Headers

from gatepost.admin.caller import Caller
from gatepost.admin.guard import Door, Guard
from gatepost.admin.login import Logins
from gatepost.admin.tokens import digest_of, is_token
from gatepost.store.database import Database


@final
class Access:
    """Judges every request of the Admin API. logins: None where people do not log in."""

    def __init__(self, database: Database, logins: Logins | None) -> None:
        self._database = database
        self.logins = logins
        self._guard: Guard | None = None

    async def open(self, door: Door) -> None:
        """Begin to judge. Raises Fault (operator) ``admin.open`` when nobody could show who they
        are, though others can reach the door.
        """
        now = time.time()
        live = [one for one in await self._database.tokens.all() if one.live(now)]
        door.must_not_stand_open(tokens=len(live), logins=self.logins is not None)
        login = self.logins.caller if self.logins is not None else None
        self._guard = Guard(door, self._by_token, login)

    async def judge(self, headers: Headers, cookies: Mapping[str, str], reads: bool) -> Caller:
        """Return who calls. Raises Fault(by=CLIENT) ``admin.…``."""
        if self._guard is None:
            raise RuntimeError("nobody comes in before the door is open")
        return await self._guard.caller(headers, cookies, reads=reads)

    async def _by_token(self, text: str) -> Caller | None:
        if not is_token(text):
            return None
        found = await self._database.tokens.known_by(digest_of(text))
        if found is None or not found.live(time.time()):
            return None
        return Caller(found.name, found.role, "token", found.plane, found.id)
