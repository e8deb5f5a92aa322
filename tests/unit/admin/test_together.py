import asyncio

import pytest

from gatepost.admin.together import OneReading, OneWriting

pytestmark = pytest.mark.anyio


class Reads:
    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()
        self.fails = False

    async def __call__(self, key: str) -> str:
        self.count += 1
        number = self.count
        await self.gate.wait()
        if self.fails:
            raise LookupError(key)
        return f"{key}{number}"


async def test_who_asks_during_a_reading_shares_the_next_one() -> None:
    reads = Reads()
    reading = OneReading(reads)
    first = asyncio.create_task(reading.ask("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(reading.ask("a")) for _ in range(50)]
    await asyncio.sleep(0)
    reads.gate.set()
    assert await first == "a1"
    assert set(await asyncio.gather(*others)) == {"a2"}, "it was read after they asked"
    assert await reading.ask("a") == "a3", "nothing is remembered"
    assert not reading._now
    assert not reading._next


async def test_keys_are_read_apart_and_a_failure_is_told_to_all_who_shared_it() -> None:
    reads = Reads()
    reads.fails = True
    reading = OneReading(reads)
    asked = [asyncio.create_task(reading.ask(key)) for key in ("a", "b", "a", "a")]
    await asyncio.sleep(0)
    reads.gate.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, LookupError) for one in told)
    assert reads.count == 3
    reads.fails = False
    assert await reading.ask("a") == "a4"


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    reads = Reads()
    reading = OneReading(reads)
    one, other = (asyncio.create_task(reading.ask("a")) for _ in range(2))
    await asyncio.sleep(0)
    one.cancel()
    await asyncio.sleep(0)
    reads.gate.set()
    assert await other == "a2"


async def test_what_comes_during_a_writing_is_written_together_in_its_order() -> None:
    written: list[list[int]] = []

    async def write(all_: object) -> None:
        await asyncio.sleep(0.01)
        written.append(list(all_))  # type: ignore[call-overload]

    writing = OneWriting[int](write)
    await asyncio.gather(*(writing.put(number) for number in range(3)))
    assert written == [[0, 1, 2]]
    first = asyncio.create_task(writing.put(3))
    await asyncio.sleep(0.005)
    await asyncio.gather(writing.put(4), writing.put(5), first)
    assert written[1:] == [[3], [4, 5]]


async def test_a_writing_that_fails_is_told_to_who_was_in_it_and_to_nobody_else() -> None:
    async def write(all_: object) -> None:
        await asyncio.sleep(0.01)
        if 1 in all_:  # type: ignore[operator]
            raise LookupError

    writing = OneWriting[int](write)
    bad = [asyncio.create_task(writing.put(number)) for number in (1, 2)]
    await asyncio.sleep(0.005)
    good = asyncio.create_task(writing.put(3))
    told = await asyncio.gather(*bad, good, return_exceptions=True)
    assert [type(one) for one in told] == [LookupError, LookupError, type(None)]
