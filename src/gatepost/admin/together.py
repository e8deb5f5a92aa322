"""Work that many ask for at one moment is done once for all of them.

Two hundred nodes hear of a change in the same instant; the database need not.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class OneReading(Generic[K, T]):
    """Reads for all who ask while another reading is under way: they share the next one.

    What somebody gets was read after they asked, never before. read: by a key.
    """

    def __init__(self, read: Callable[[K], Awaitable[T]]) -> None:
        self._read = read
        self._now: dict[K, asyncio.Task[T]] = {}
        self._next: dict[K, asyncio.Task[T]] = {}

    async def ask(self, key: K) -> T:
        """Return what is read. Raises what the reading raises."""
        task = self._next.get(key)
        if task is None:
            before = self._now.get(key)
            task = asyncio.create_task(self._after(before, key), name="read for all who ask")
            task.add_done_callback(_seen)
            (self._now if before is None else self._next)[key] = task
        return await asyncio.shield(task)  # others wait for it too

    async def _after(self, before: "asyncio.Task[T] | None", key: K) -> T:
        if before is not None:
            await asyncio.wait({before})
            self._now[key] = self._next.pop(key)
        try:
            return await self._read(key)
        finally:
            if key not in self._next:
                del self._now[key]


def _seen(task: "asyncio.Task[T]") -> None:
    """Look at a failure, which those who gave up waiting do not see."""
    if not task.cancelled():
        task.exception()


class OneWriting(Generic[T]):
    """Writes together what comes while another writing is under way.

    write: all of it, or it raises.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, one: T) -> None:
        """Return when it is written. Raises what the writing raised."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="write together")
        await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            error: Exception | None = None
            try:
                await self._write([one for one, _ in batch])
            except Exception as failed:  # whoever put something in it is told
                error = failed
            for _, done in batch:
                if done.done():  # nobody waits any more
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
