"""uvicorn, as the processes here run it."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn


class Server(uvicorn.Server):
    """Tells when it takes calls; ``end`` lets open calls finish and ends it.

    started: is called then. signals: SIGTERM and SIGINT end it too; else they are left alone.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        started: Callable[[], None] = lambda: None,
        signals: bool = False,
    ) -> None:
        super().__init__(config)
        self._started = started
        self._signals = signals

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self._started()

    def end(self) -> None:
        """Tell it to end."""
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take over signals only where that is wanted."""
        if self._signals:
            with super().capture_signals():
                yield
        else:
            yield


class Guest(Server):
    """A server inside a test, which ends at once: uvicorn looks whether it should ten times a
    second, and tests start and end hundreds of these.
    """

    def __init__(self, config: uvicorn.Config, *, started: Callable[[], None]) -> None:
        super().__init__(config, started=started)
        self._told_to_end = asyncio.Event()

    def end(self) -> None:
        """Tell it to end."""
        self._told_to_end.set()

    async def main_loop(self) -> None:
        """Serve until told to end."""
        ticking = asyncio.create_task(super().main_loop())
        await self._told_to_end.wait()
        ticking.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, as soon as the last answer is sent."""
        state = self.server_state
        for server in self.servers:
            server.close()
        for connection in list(state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn has no event
                    await asyncio.sleep(0.002)
        for task in state.tasks:
            task.cancel()
