import asyncio
from dataclasses import replace

import pytest

from gatepost.outside.room_look import look_at
from gatepost.outside.room_words import told
from gatepost.plugin import Revocation
from gatepost.values import Fault, Secret, Tag, TagKind
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio


async def test_a_look_leaves_nothing_and_tells_what_is_there(redis: RedisServer) -> None:
    seen = await look_at(redis.settings)
    assert (seen.revocations, seen.policy, seen.forgetful) == (0, "noeviction", False)
    assert seen.version is not None
    assert seen.version[0].isdigit()
    assert redis.run("KEYS", "*") == []
    redis.run("ZADD", "sessions:{revocations}", 1e15, "epoch", "+inf", "one", "+inf", "two")
    assert (await look_at(redis.settings)).revocations == 2
    more = [word for number in range(3000) for word in ("+inf", f"more-{number}")]
    redis.run("ZADD", "sessions:{revocations}", *more)
    assert (await look_at(redis.settings)).revocations == 3002


@pytest.mark.parametrize(
    ("policy", "forgetful"),
    [("allkeys-lru", True), ("allkeys-random", True), ("volatile-ttl", False)],
)
async def test_a_server_that_drops_what_has_no_end_is_told_of(policy: str, forgetful: bool) -> None:
    with redis_server(f"maxmemory-policy {policy}") as server:
        assert (await look_at(server.settings)).forgetful is forgetful


async def test_what_keeps_a_room_from_being_used_is_told() -> None:
    acl = "user reader on >secret ~* +zscan +eval +evalsha +time +info"
    with redis_server(acl) as server:
        reader = replace(server.settings, username="reader", password=Secret("secret"))
        with pytest.raises(Fault, match="refuses us"):
            await look_at(reader)
        server.run("ACL", "SETUSER", "reader", "+zremrangebyscore", "-info")
        seen = await look_at(reader)
        assert (seen.version, seen.policy, seen.forgetful) == (None, None, False)
        server.run("REPLICAOF", "127.0.0.1", 1)
        with pytest.raises(Fault, match="is a replica, which takes no writes"):
            await look_at(server.settings)
    with pytest.raises(Fault, match="cannot be reached"):
        await look_at(server.settings)


async def test_a_look_does_not_disturb_who_writes(redis: RedisServer) -> None:
    one = Revocation(1, Tag.of(TagKind.SESSION, "https://a", "s"), 1.0, None)
    assert next(told([one]))[0] == 10_000
    await asyncio.gather(*(look_at(redis.settings) for _ in range(10)))
    assert int(redis.run("INFO", "clients")["connected_clients"]) == 1
