"""One look at a room, without following it: whether it can be used, and what would harm it."""

import time
from dataclasses import dataclass

from gatepost.outside.redis_client import RedisClient
from gatepost.outside.room_words import EPOCH, NEWS, TELL, keys_of
from gatepost.values import Fault, RedisSettings


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. version and policy are None where the server says nothing of itself.

    revocations: how many are known there. policy: what the server drops when its memory is full.
    """

    milliseconds: float
    revocations: int
    version: str | None = None
    policy: str | None = None

    @property
    def forgetful(self) -> bool:
        """Whether a full memory makes it drop revocations, which are kept without an end."""
        return (self.policy or "").startswith("allkeys")


async def look_at(settings: RedisSettings) -> Look:
    """Look, with the right to write asked for and not used. Raises Fault ``store.unreachable``."""
    client = RedisClient(settings)
    keys = keys_of(settings.prefix)
    try:
        await client.script(TELL, keys, NEWS)
        began = time.monotonic()
        held = await _members(client, keys[0])
        took = (time.monotonic() - began) * 1000
        try:
            about = await client.run("INFO")
        except Fault:
            about = None
        told = about if isinstance(about, dict) else {}
        version, policy = told.get("redis_version"), told.get("maxmemory_policy")
        return Look(
            milliseconds=took,
            revocations=len(held - {EPOCH}),
            version=str(version) if version else None,
            policy=str(policy) if policy else None,
        )
    finally:
        await client.close()


async def _members(client: RedisClient, key: str) -> set[bytes]:
    """Read a set as a node does that joins a room, so that no further right is needed."""
    held: set[bytes] = set()
    cursor = 0
    while True:
        found, pairs = await client.run("ZSCAN", key, cursor, "COUNT", 1000)
        held.update(bytes(member) for member, _ in pairs)
        cursor = int(found)
        if cursor == 0:
            return held
