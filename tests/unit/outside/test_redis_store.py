"""What is peculiar to a Redis; what every Store promises is in tests/contract/test_stores.py."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gatepost.outside.redis_client import RedisClient
from gatepost.outside.redis_store import RedisStore, milliseconds
from gatepost.values import Fault
from tests.providers.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(redis: RedisServer) -> AsyncIterator[RedisStore]:
    client = RedisClient(replace(redis.settings, prefix="gate"))
    yield RedisStore(client)
    await client.close()


async def test_everything_begins_with_the_prefix_and_ends_by_itself(
    redis: RedisServer, store: RedisStore
) -> None:
    await store.put("a", b"1", seconds=100)
    await store.replace("a", b"1", b"2", seconds=200)
    await store.note("a", "m", seconds=300)
    assert sorted(redis.run("KEYS", "*")) == [b"gate:a", b"gate:a:noted"]
    assert 199 <= redis.run("TTL", "gate:a") <= 200
    assert 300 <= redis.run("TTL", "gate:a:noted") <= 301


async def test_members_that_ended_make_room_when_another_comes(
    redis: RedisServer, store: RedisStore
) -> None:
    await store.note("of", "old", seconds=10)
    await store.note("of", "long", seconds=1000)
    redis.run("ZADD", "gate:of:noted", 1, "old")  # as it is when its time has passed
    await store.note("of", "new", seconds=10)
    assert set(await store.noted("of")) == {"new", "long"}
    assert redis.run("TTL", "gate:of:noted") > 900  # nothing shortens the life of a set


async def test_two_prefixes_do_not_meet(redis: RedisServer, store: RedisStore) -> None:
    client = RedisClient(replace(redis.settings, prefix="other"))
    await store.put("a", b"1", seconds=10)
    assert await RedisStore(client).get("a") is None
    await client.close()


async def test_a_redis_that_is_away_is_a_fault_of_every_method(redis: RedisServer) -> None:
    client = RedisClient(replace(redis.settings, port=1))
    store = RedisStore(client)
    for asking in (
        store.get("a"),
        store.put("a", b"", seconds=1),
        store.replace("a", b"", b"", seconds=1),
        store.delete("a"),
        store.note("a", "m", seconds=1),
        store.noted("a"),
    ):
        with pytest.raises(Fault) as caught:
            await asking
        assert caught.value.code == "store.unreachable"
    await client.close()


def test_no_life_is_shorter_than_redis_takes() -> None:
    assert [milliseconds(s) for s in (0, 0.0001, 0.25, 86400.0)] == [1, 1, 250, 86_400_000]
