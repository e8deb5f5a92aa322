import asyncio

import pytest

from gatepost.store.database.news import CONFIGURATION, GONE, REVOCATIONS, News, Told

pytestmark = pytest.mark.anyio


def at(*numbers: Told):  # type: ignore[no-untyped-def]
    async def look() -> list[Told]:
        return list(numbers)

    return look


async def test_a_listener_hears_where_all_stand_and_then_what_moves() -> None:
    news = News()
    heard = news.listen(CONFIGURATION, at(("a", 3), ("b", 0)))
    assert [await anext(heard), await anext(heard)] == [("a", 3), ("b", 0)]
    news.tell(CONFIGURATION, "b", 1)
    news.tell(REVOCATIONS, "b", 9)
    assert await anext(heard) == ("b", 1)


async def test_a_slow_listener_hears_the_newest_alone() -> None:
    news = News()
    heard = news.listen(CONFIGURATION, at(("a", 0)))
    await anext(heard)
    for number in (1, 2, 3, 2):
        news.tell(CONFIGURATION, "a", number)
    assert await anext(heard) == ("a", 3)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(heard), 0.01)


async def test_a_look_finds_what_was_missed() -> None:
    news = News()
    heard = news.listen(CONFIGURATION, at(("a", 5), ("b", 5), ("c", 5)))
    for _ in range(3):
        await anext(heard)
    await news.look(CONFIGURATION, at(("a", 5), ("b", 7), ("d", 0)))
    found = {await anext(heard), await anext(heard), await anext(heard)}
    assert found == {("b", 7), ("c", GONE), ("d", 0)}
    await news.look(CONFIGURATION, at(("a", 2), ("b", 7), ("d", 0)))  # restored from a backup
    assert await anext(heard) == ("a", 2)


async def test_what_is_told_during_a_look_is_newer_than_what_was_seen() -> None:
    news = News()
    heard = news.listen(CONFIGURATION, at(("a", 1), ("b", 1)))
    await anext(heard), await anext(heard)

    async def slow() -> list[Told]:
        news.tell(CONFIGURATION, "a", 2)
        news.tell(CONFIGURATION, "b", GONE)
        news.tell(CONFIGURATION, "new", 0)
        return [("a", 1), ("b", 1)]

    await news.look(CONFIGURATION, slow)
    found = [await anext(heard) for _ in range(3)]
    assert found == [("a", 2), ("b", GONE), ("new", 0)]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(heard), 0.01)


async def test_closing_ends_every_listener() -> None:
    news = News()
    heard = news.listen(CONFIGURATION, at())
    waiting = asyncio.ensure_future(anext(heard, None))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    news.close()
    assert await waiting is None
    assert await anext(news.listen(CONFIGURATION, at()), None) is None
