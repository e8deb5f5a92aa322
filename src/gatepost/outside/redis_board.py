"""What nodes tell one another about errands, in a Redis.

    PREFIX:errand:{NAME}          the sealed answer, for its grace
    PREFIX:errand:{NAME}:done     that it was done, for the grace and then as long as it stays spent
    PREFIX:errand:{NAME}:lock     who does it now
    PREFIX:claim:NAME             who claimed the name first

The braces keep the keys of one errand on one node of a cluster.
"""

import secrets
from typing import final

from gatepost.outside.redis_client import RedisClient, Script
from gatepost.outside.redis_store import milliseconds

_ANSWER = Script(
    """
local answer = redis.call('GET', KEYS[1])
if answer then return answer end
if redis.call('EXISTS', KEYS[2]) == 1 then return '' end
return false
"""
)

_TELL = Script(
    """
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[3]) end
return 1
"""
)

_TAKE = Script(
    """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
)

_LEAVE = Script(
    """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
)


@final
class RedisBoard:
    """A Board (see ``plugin.Board``) over one client."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._prefix = client.settings.prefix

    async def answer(self, name: str) -> bytes | None:
        """Return the sealed answer to an errand; empty when it was done and is forgotten."""
        errand = self._errand(name)
        found = await self._client.script(_ANSWER, [errand, f"{errand}:done"])
        return None if found is None else bytes(found)

    async def tell(self, name: str, sealed: bytes, *, grace: float, spent: float) -> None:
        """Leave the answer, and after its grace the knowledge that the errand was done."""
        errand = self._errand(name)
        lives = (_life(grace), _life(grace + spent) if spent > 0 else 0)
        await self._client.script(_TELL, [errand, f"{errand}:done"], sealed, *lives)

    async def lock(self, name: str, owner: str, seconds: float) -> bool:
        """Take or keep the lock of an errand; return whether it is ours."""
        key = f"{self._errand(name)}:lock"
        return bool(await self._client.script(_TAKE, [key], owner, milliseconds(seconds)))

    async def unlock(self, name: str, owner: str) -> None:
        """Give the lock back, if it is ours."""
        await self._client.script(_LEAVE, [f"{self._errand(name)}:lock"], owner)

    async def claim(self, name: str, seconds: float) -> bool:
        """Return whether nobody claimed the name before.

        Each claim has an owner of its own, so that one whose answer was lost can be made again.
        """
        key, owner = f"{self._prefix}:claim:{name}", secrets.token_hex(16)
        return bool(await self._client.script(_TAKE, [key], owner, milliseconds(seconds)))

    def _errand(self, name: str) -> str:
        return f"{self._prefix}:errand:{{{name}}}"


def _life(seconds: float) -> int:
    return milliseconds(seconds) if seconds > 0 else 0
