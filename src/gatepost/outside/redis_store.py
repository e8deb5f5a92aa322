"""Records that nodes share, in a Redis.

A record is a string that ends by itself. A set of notes is a sorted set whose scores are the
moments (seconds of the server's clock) at which its members end.
"""

from typing import final

from gatepost.outside.redis_client import RedisClient, Script

_REPLACE = Script(
    """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
)

_NOTE = Script(
    """
local now = tonumber(redis.call('TIME')[1])
local seconds = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local held = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
if now + seconds > held then redis.call('ZADD', KEYS[1], now + seconds, ARGV[1]) end
if redis.call('TTL', KEYS[1]) < seconds then redis.call('EXPIRE', KEYS[1], seconds) end
return 1
"""
)


@final
class RedisStore:
    """A Store (see ``plugin.Store``) over one client."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._prefix = client.settings.prefix

    async def get(self, key: str) -> bytes | None:
        """Return a record, or None."""
        found = await self._client.run("GET", self._named(key))
        return None if found is None else bytes(found)

    async def put(self, key: str, record: bytes, *, seconds: float) -> None:
        """Write a record."""
        await self._client.run("SET", self._named(key), record, "PX", milliseconds(seconds))

    async def replace(self, key: str, old: bytes, new: bytes, *, seconds: float) -> bool:
        """Write a record only where exactly ``old`` is; in one step of the server's."""
        done = await self._client.script(
            _REPLACE, [self._named(key)], old, new, milliseconds(seconds)
        )
        return bool(done)

    async def delete(self, key: str) -> None:
        """Delete a record."""
        await self._client.run("DEL", self._named(key))

    async def note(self, key: str, member: str, *, seconds: float) -> None:
        """Add a member to the set of this key."""
        whole = max(1, -int(-seconds // 1))  # rounded up: it lives for at least that long
        await self._client.script(_NOTE, [self._named_set(key)], member.encode(), whole + 1)

    async def noted(self, key: str) -> tuple[str, ...]:
        """Return the members of the set of this key."""
        found = await self._client.run("ZRANGE", self._named_set(key), 0, -1)
        return tuple(bytes(member).decode("utf-8", "replace") for member in found)

    def _named(self, key: str) -> str:
        return f"{self._prefix}:{key}"

    def _named_set(self, key: str) -> str:
        # A set and a record of one key are two things, and Redis has one type for each name.
        return f"{self._prefix}:{key}:noted"


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds, at least one: Redis takes no less for the life of a key."""
    return max(1, round(seconds * 1000))
