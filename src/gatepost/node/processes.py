"""What keeps a process alive: start, tell when it is up, wait for its end, pause, start again."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable

from gatepost.node.child import BackOff, Child
from gatepost.values import Fault

log = logging.getLogger("gatepost.node")


class Supervised:
    """One process that is started again whenever it ends, until ``stop``.

    start makes the process. prepare brings it to where it may serve (binding, pushing) and itself
    sets ``up``, in the same step in which it sees that nothing is missing; a process that cannot
    be prepared is ended.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[Child]],
        prepare: Callable[[], Awaitable[None]],
        *,
        death: signal.Signals,
        grace: float,
    ) -> None:
        self.name = name
        self.up = False
        self.restarts = -1
        self.child: Child | None = None
        self._start = start
        self._prepare = prepare
        self._death = death
        self._grace = grace
        self._stopping = False
        self._back_off = BackOff()
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.child.pid if self.child is not None and self.child.alive else None

    async def begin(self) -> None:
        """Start and prepare for the first time; whatever goes wrong is raised."""
        try:
            await self._once()
        except BaseException:
            await self._end(0.0)
            raise
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def stop(self) -> None:
        """End the process and stay down."""
        self._stopping = True
        self.up = False
        await self._end(self._grace)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def replace(self, why: str) -> None:
        """Kill the process at once, wait until it is gone; it comes back by itself."""
        log.warning("%s is replaced: %s", self.name, why)
        self.up = False
        await self._end(0.0)

    async def _once(self) -> None:
        self.child = await self._start()
        self.restarts += 1
        ended = asyncio.ensure_future(self.child.wait())
        prepared = asyncio.ensure_future(self._prepare())
        try:
            await asyncio.wait({ended, prepared}, return_when=asyncio.FIRST_COMPLETED)
            if not prepared.done():
                raise ChildProcessError(f"{self.name} ended with {ended.result()} while starting")
            prepared.result()
        finally:
            for task in (ended, prepared):
                task.cancel()
            await asyncio.gather(ended, prepared, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            if self.child is not None:
                status = await self.child.wait()
                if self._told_to_stop():
                    return
                self.up = False
                lived = time.monotonic() - self.child.started
                pause = self._back_off.after(lived)
                log.error(
                    "%s ended with %s after %.1f s; it is started again in %.1f s",
                    self.name,
                    status,
                    lived,
                    pause,
                )
                await asyncio.sleep(pause)
            if self._told_to_stop():
                return
            try:
                await self._once()
                log.warning("%s is back (process %s)", self.name, self.pid)
            except (Fault, OSError) as error:
                log.error("%s did not come up: %s", self.name, error)
                await self._end(0.0)

    def _told_to_stop(self) -> bool:
        return self._stopping

    async def _end(self, grace: float) -> None:
        if self.child is not None:
            await self.child.stop(self._death if grace else signal.SIGKILL, grace or 1.0)
