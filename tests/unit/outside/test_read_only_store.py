import time

import pytest

from gatepost.outside.read_only_store import ReadOnlyStore
from gatepost.plugin.memory_store import MemoryStore
from gatepost.values import By, Fault

pytestmark = pytest.mark.anyio


async def test_it_is_read_and_never_written() -> None:
    inner = MemoryStore(time.time)
    await inner.put("a", b"1", seconds=60)
    await inner.note("a", "m", seconds=60)
    store = ReadOnlyStore(inner)
    assert await store.get("a") == b"1"
    assert await store.noted("a") == ("m",)
    for writing in (
        store.put("a", b"2", seconds=1),
        store.replace("a", b"1", b"2", seconds=1),
        store.delete("a"),
        store.note("a", "n", seconds=1),
    ):
        with pytest.raises(Fault) as caught:
            await writing
        assert (caught.value.code, caught.value.by) == ("store.read_only", By.OURS)
    assert await inner.get("a") == b"1"
    assert await inner.noted("a") == ("m",)
