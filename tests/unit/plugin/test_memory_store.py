import pytest

from gatepost.plugin.memory_store import MemoryStore
from gatepost.values import By, Fault

pytestmark = pytest.mark.anyio


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_record_ends_with_its_time() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    await store.put("a", b"1", seconds=10)
    assert await store.get("a") == b"1"
    clock.now += 10
    assert await store.get("a") is None
    assert await store.get("b") is None


async def test_a_record_is_replaced_only_by_who_saw_it() -> None:
    store = MemoryStore(Clock())
    await store.put("a", b"1", seconds=10)
    assert not await store.replace("a", b"0", b"2", seconds=10)
    assert await store.replace("a", b"1", b"2", seconds=10)
    assert await store.get("a") == b"2"
    await store.delete("a")
    assert not await store.replace("a", b"2", b"3", seconds=10)
    assert await store.get("a") is None
    assert len(store) == 0


async def test_members_are_noted_once() -> None:
    store = MemoryStore(Clock())
    await store.note("of", "a", seconds=10)
    await store.note("of", "a", seconds=10)
    await store.note("of", "b", seconds=10)
    assert set(await store.noted("of")) == {"a", "b"}
    assert await store.noted("nothing") == ()


async def test_a_store_that_is_away_says_so() -> None:
    store = MemoryStore(Clock())
    store.away = True
    with pytest.raises(Fault) as caught:
        await store.get("a")
    assert caught.value.by is By.OURS
    assert caught.value.code == "store.unreachable"
