"""Every Store keeps the promises of the contract; the one in Redis is held to them elsewhere."""

import pytest

from gatepost.plugin.memory_store import MemoryStore
from gatepost.plugin.store import Store

pytestmark = pytest.mark.anyio


async def test_the_store_in_memory_is_a_store() -> None:
    store: Store = MemoryStore(lambda: 0.0)
    await store.put("a", b"1", seconds=5)
    assert await store.get("a") == b"1"
