"""What every Store promises (see ``gatepost.plugin.store``), whatever keeps its records."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from gatepost.outside.redis_client import RedisClient
from gatepost.outside.redis_store import RedisStore
from gatepost.plugin import Store
from gatepost.plugin.memory_store import MemoryStore
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

BYTES = bytes(range(256))


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore(time.time)
        return
    running: RedisServer = request.getfixturevalue("server")
    running.run("FLUSHALL")
    client = RedisClient(running.settings)
    yield RedisStore(client)
    await client.close()


async def test_a_record_comes_back_as_it_was(store: Store) -> None:
    assert await store.get("a") is None
    for record in (b"1", b"", BYTES):
        await store.put("a", record, seconds=10)
        assert await store.get("a") == record
    assert await store.get("b") is None
    await store.delete("a")
    await store.delete("a")
    assert await store.get("a") is None


async def test_a_record_ends_with_its_time_and_lives_on_when_written_again(store: Store) -> None:
    await store.put("a", b"1", seconds=0.15)
    await store.put("b", b"1", seconds=0.15)
    await store.put("c", b"1", seconds=0.15)
    assert await store.replace("b", b"1", b"2", seconds=10)
    await store.put("c", b"2", seconds=10)
    await asyncio.sleep(0.25)
    assert await store.get("a") is None
    assert await store.get("b") == b"2"
    assert await store.get("c") == b"2"


async def test_a_record_is_replaced_only_by_who_saw_it(store: Store) -> None:
    await store.put("a", BYTES, seconds=10)
    assert not await store.replace("a", BYTES[:-1], b"2", seconds=10)
    assert not await store.replace("a", b"", b"2", seconds=10)
    assert await store.get("a") == BYTES
    assert await store.replace("a", BYTES, b"2", seconds=10)
    assert await store.get("a") == b"2"


async def test_what_was_deleted_meanwhile_stays_deleted(store: Store) -> None:
    await store.put("a", b"", seconds=10)
    await store.delete("a")
    assert not await store.replace("a", b"", b"back", seconds=10)
    assert await store.get("a") is None
    await store.put("b", b"1", seconds=0.05)
    await asyncio.sleep(0.1)
    assert not await store.replace("b", b"1", b"back", seconds=10)
    assert await store.get("b") is None


async def test_of_many_who_replace_at_once_one_succeeds(store: Store) -> None:
    await store.put("a", b"0", seconds=10)
    done = await asyncio.gather(
        *(store.replace("a", b"0", b"%d" % number, seconds=10) for number in range(1, 51))
    )
    assert done.count(True) == 1
    assert await store.get("a") == b"%d" % (done.index(True) + 1)


async def test_members_are_noted_once_and_live_for_at_least_their_time(store: Store) -> None:
    assert await store.noted("of") == ()
    await store.note("of", "a", seconds=1)
    await store.note("of", "a", seconds=0.1)
    await store.note("of", "ß:{x}", seconds=30)
    await store.note("other", "c", seconds=30)
    assert sorted(await store.noted("of")) == ["a", "ß:{x}"]
    await asyncio.sleep(0.5)
    assert sorted(await store.noted("of")) == ["a", "ß:{x}"]


async def test_a_record_and_a_set_of_one_key_do_not_meet(store: Store) -> None:
    await store.note("a", "member", seconds=10)
    await store.put("a", b"1", seconds=10)
    await store.delete("a")
    assert await store.noted("a") == ("member",)
