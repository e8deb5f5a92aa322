from dataclasses import replace

import pytest

from gatepost.outside.redises import Redises
from gatepost.values import RedisSettings, Secret
from tests.providers.redis_server import RedisServer

pytestmark = pytest.mark.anyio


def clients(redis: RedisServer) -> int:
    return int(redis.run("INFO", "clients")["connected_clients"]) - 1  # without the one that asks


async def test_there_is_one_client_for_each_redis_and_all_are_closed(redis: RedisServer) -> None:
    before = clients(redis)
    redises = Redises()
    store, same = redises.store(redis.settings), redises.store(replace(redis.settings))
    await store.put("a", b"1", seconds=10)
    assert await same.get("a") == b"1"
    assert await redises.board(redis.settings).claim("a", 10)
    assert redises.client(redis.settings) is redises.client(replace(redis.settings))
    other = replace(redis.settings, password=Secret("x"))
    assert redises.client(other) is not redises.client(redis.settings)
    assert clients(redis) == before + 1
    await redises.close()
    assert clients(redis) == before


async def test_what_nobody_uses_is_closed_and_comes_back_when_asked(redis: RedisServer) -> None:
    before = clients(redis)
    redises = Redises()
    store = redises.store(redis.settings)
    await store.put("a", b"1", seconds=10)
    await redises.tidy()
    assert clients(redis) == before + 1
    await redises.tidy(idle=0.0)
    assert clients(redis) == before
    assert await store.get("a") == b"1"
    await redises.close()
    assert clients(redis) == before


async def test_nothing_connects_before_it_is_asked() -> None:
    redises = Redises()
    redises.store(RedisSettings(port=1))
    redises.board(RedisSettings(host="no-such-host.invalid"))
    await redises.close()
